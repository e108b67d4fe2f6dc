/** Texts of owned fields, each kept once under a number: a thousand pods of one template share one. */
import type { Statements } from './statements'

export class FieldSets {
  private readonly ids = new Map<string, number>()
  private readonly texts = new Map<number, string>()
  /** What follows from the numbers, for whoever works with them. */
  readonly outcomes = new Map<string, unknown>()
  /** What was made with the numbers last, and of what. */
  last: { readonly of: object; readonly text: string } | undefined

  constructor(private readonly statements: Statements) {}

  id(text: string): number {
    const known = this.ids.get(text)
    if (known !== undefined) return known
    const select = this.statements.plucked('SELECT id FROM fieldsets WHERE text = ?')
    let id = select.get(text) as number | undefined
    if (id === undefined) {
      // Outside a transaction another process may come between the two statements.
      const made = this.statements.all('INSERT INTO fieldsets (text) VALUES (?) ON CONFLICT (text) DO NOTHING').run(text)
      id = made.changes > 0 ? Number(made.lastInsertRowid) : (select.get(text) as number)
    }
    this.remember(id, text)
    return id
  }

  text(id: number): string {
    const known = this.texts.get(id)
    if (known !== undefined) return known
    const text = this.statements.plucked('SELECT text FROM fieldsets WHERE id = ?').get(id) as string
    this.remember(id, text)
    return text
  }

  /** A transaction is undone: a number given in it names nothing any more. */
  drop(): void {
    this.last = undefined
    this.ids.clear()
    this.texts.clear()
    this.outcomes.clear()
  }

  private remember(id: number, text: string): void {
    this.ids.set(text, id)
    this.texts.set(id, text)
  }
}

/** Prepared statements of a database, each made once. */
import type BetterSqlite3 from 'better-sqlite3'

export class Statements {
  private readonly made = new Map<string, BetterSqlite3.Statement>()

  constructor(readonly db: BetterSqlite3.Database) {}

  /** Rows as objects. A text stands for one shape of rows: nobody else may ask for it in another. */
  all(sql: string): BetterSqlite3.Statement {
    return this.made.get(sql) ?? this.keep(sql, this.db.prepare(sql))
  }

  /** The first column alone. */
  plucked(sql: string): BetterSqlite3.Statement {
    return this.made.get(sql) ?? this.keep(sql, this.db.prepare(sql).pluck())
  }

  /** Rows as lists. */
  raw(sql: string): BetterSqlite3.Statement {
    return this.made.get(sql) ?? this.keep(sql, this.db.prepare(sql).raw())
  }

  private keep(sql: string, statement: BetterSqlite3.Statement): BetterSqlite3.Statement {
    this.made.set(sql, statement)
    return statement
  }
}

/** The first key after all keys that start with `prefix`. */
export function prefixEnd(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)
}

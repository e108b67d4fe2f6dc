/** The parsed form of a shell text. Nodes are numbered in the order they were made, so that a frame can name one in JSON. */

/** A word is a list of parts that are joined; quoting is kept because it decides on splitting and globbing. */
export type Word = readonly Part[]

export type Part =
  | { readonly t: 'lit'; readonly s: string }
  /** Quoted text, by '', "" (a piece without expansions), $'' or a backslash. */
  | { readonly t: 'quoted'; readonly s: string }
  /** "…" with expansions inside. */
  | { readonly t: 'dq'; readonly parts: Word }
  | ParamPart
  | { readonly t: 'cmd'; readonly body: number }
  | { readonly t: 'arith'; readonly expr: Word }
  /** `{a,b}`, `{1..3}` (bash). */
  | { readonly t: 'brace'; readonly choices: readonly Word[] }
  /** A syntax that this shell refuses when it comes to it: `${x!}`. */
  | { readonly t: 'bad'; readonly s: string }

export interface ParamPart {
  readonly t: 'param'
  readonly name: string
  /** `${a[i]}`; `@` and `*` for all. */
  readonly index?: Word | '@' | '*'
  /** `${#x}` */
  readonly length?: boolean
  /** `${!x}` */
  readonly indirect?: boolean
  readonly op?: '-' | '=' | '?' | '+' | '%' | '%%' | '#' | '##' | '/' | '//' | '/#' | '/%' | ':' | '^' | '^^' | ',' | ',,'
  /** `:-` instead of `-`: empty counts as unset. */
  readonly colon?: boolean
  readonly word?: Word
  /** The replacement of `/`, the length of `${x:1:2}`. */
  readonly word2?: Word
}

export interface Redirection {
  readonly fd?: number
  readonly op: '<' | '>' | '>>' | '<>' | '>|' | '<&' | '>&' | '<<' | '<<<' | '&>' | '&>>'
  readonly target: Word
}

export interface Assignment {
  readonly name: string
  readonly index?: Word
  readonly append: boolean
  readonly value: Word
  /** `a=(x y)` */
  readonly array?: readonly Word[]
}

interface NodeBase {
  readonly id: number
  readonly line: number
}

export type Node = NodeBase &
  (
    | { readonly t: 'list'; readonly items: readonly { readonly node: number; readonly background: boolean }[] }
    | { readonly t: 'andor'; readonly left: number; readonly op: '&&' | '||'; readonly right: number }
    | { readonly t: 'pipe'; readonly stages: readonly number[]; readonly negated: boolean }
    | { readonly t: 'simple'; readonly assignments: readonly Assignment[]; readonly words: readonly Word[]; readonly redirections: readonly Redirection[]; /** Arrays among the arguments of `declare` and its kin: assigned when it has run. */ readonly arrays?: readonly Assignment[] }
    | { readonly t: 'subshell'; readonly body: number; readonly redirections: readonly Redirection[] }
    | { readonly t: 'group'; readonly body: number; readonly redirections: readonly Redirection[] }
    | { readonly t: 'if'; readonly clauses: readonly { readonly condition: number; readonly body: number }[]; readonly otherwise?: number; readonly redirections: readonly Redirection[] }
    | { readonly t: 'loop'; readonly until: boolean; readonly condition: number; readonly body: number; readonly redirections: readonly Redirection[] }
    | { readonly t: 'for'; readonly name: string; readonly words?: readonly Word[]; readonly body: number; readonly redirections: readonly Redirection[] }
    | { readonly t: 'cfor'; readonly parts: readonly [Word, Word, Word]; readonly body: number; readonly redirections: readonly Redirection[] }
    | { readonly t: 'case'; readonly word: Word; readonly clauses: readonly { readonly patterns: readonly Word[]; readonly body?: number; readonly next: ';;' | ';&' | ';;&' }[]; readonly redirections: readonly Redirection[] }
    | { readonly t: 'function'; readonly name: string; readonly body: number }
    | { readonly t: 'cond'; readonly words: readonly (Word | string)[]; readonly redirections: readonly Redirection[] }
    | { readonly t: 'arith'; readonly expr: Word; readonly redirections: readonly Redirection[] }
    /** What could not be parsed: the error is raised when the commands before it have run. */
    | { readonly t: 'error'; readonly error: SyntaxProblem }
  )

export type NodeOf<T extends Node['t']> = Extract<Node, { t: T }>

/** Shells word the same mistake differently: see messages.ts. */
export type SyntaxProblem =
  | { readonly kind: 'unexpected'; readonly token: string; readonly expecting?: string; readonly line: number }
  | { readonly kind: 'end'; readonly expecting?: string; readonly line: number }
  | { readonly kind: 'unterminated'; readonly what: string; readonly line: number }
  | { readonly kind: 'badName' | 'badFor' | 'badSubstitution'; readonly token: string; readonly line: number }

export interface Parsed {
  /** By id; undefined never occurs below length. */
  readonly nodes: readonly Node[]
  /** A list; -1 for an empty text. */
  readonly root: number
  /** The text ends within a construct: an interactive shell asks for more. */
  readonly incomplete: boolean
}

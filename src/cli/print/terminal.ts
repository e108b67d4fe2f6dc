/** Keeps control characters of objects from reaching the terminal. upstream: cli-runtime/pkg/printers/terminal.go */

/** ESC and carriage returns made visible. */
export const escapeTerminal = (text: string): string => text.replace(/[\x1b\r]/g, c => (c === '\r' ? '\\r' : '^['))

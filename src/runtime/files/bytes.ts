/** Byte strings: within the runtime every character of a string is one byte, so that data is plain JSON and yet exact. */

const NOT_ASCII = /[^\x00-\x7f]/

export const isAscii = (s: string): boolean => !NOT_ASCII.test(s)

/** Text to its UTF-8 bytes. */
export const toBytes = (text: string): string => (NOT_ASCII.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text)

/** Bytes read as UTF-8; what is not valid becomes U+FFFD. */
export const toText = (bytes: string): string => (NOT_ASCII.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes)

export const fromArray = (array: Uint8Array): string => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('latin1')

export const toArray = (bytes: string): Uint8Array => new Uint8Array(Buffer.from(bytes, 'latin1'))

/** What a store keeps for these bytes: text where they are valid UTF-8. */
export function toContent(bytes: string): string | Uint8Array {
  if (!NOT_ASCII.test(bytes)) return bytes
  const text = toText(bytes)
  return toBytes(text) === bytes ? text : toArray(bytes)
}

export const fromContent = (content: string | Uint8Array | undefined): string =>
  content === undefined ? '' : typeof content === 'string' ? toBytes(content) : fromArray(content)

/** Characters of a byte string that is UTF-8 text: what `${#x}`, `wc -m` and `cut -c` count. */
export const characters = (bytes: string): string[] => (NOT_ASCII.test(bytes) ? Array.from(toText(bytes), toBytes) : bytes.split(''))

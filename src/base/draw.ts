/** Draws: every "random" choice is a hash of the seed, whose it is, what for and the n-th time, so that nothing else that happened changes it. */

export interface Draw {
  /** A 32-bit unsigned number for this owner, purpose and turn. */
  uint32(owner: string, purpose: string, n?: number): number
  /** In [0, 1). */
  fraction(owner: string, purpose: string, n?: number): number
  /** `length` characters of Kubernetes' name alphabet (no vowels, no 0 1 3). upstream: apimachinery/pkg/util/rand */
  suffix(owner: string, purpose: string, length: number, n?: number): string
  /** A version 4 UUID. */
  uuid(owner: string, purpose: string, n?: number): string
}

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'

export function createDraw(seed: string): Draw {
  const uint32 = (owner: string, purpose: string, n = 0): number => mix(hash(`${seed}\0${owner}\0${purpose}\0${n}`))
  return {
    uint32,
    fraction: (owner, purpose, n = 0) => uint32(owner, purpose, n) / 0x1_0000_0000,
    suffix(owner, purpose, length, n = 0) {
      let out = ''
      for (let i = 0, h = uint32(owner, purpose, n); i < length; i++, h = mix(h + 0x9e3779b9)) out += ALPHABET[h % ALPHABET.length]
      return out
    },
    uuid(owner, purpose, n = 0) {
      let hex = ''
      const common = hash(`${seed}\0${owner}\0${purpose}#`)
      for (let i = 0; i < 4; i++) hex += mix(hash(`${i}\0${n}`, common)).toString(16).padStart(8, '0')
      const variant = ((parseInt(hex[16] as string, 16) & 3) | 8).toString(16)
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
    },
  }
}

/** FNV-1a, 32 bits, over the UTF-16 code units; `from`: the hash of what stands before. */
function hash(text: string, from = 0x811c9dc5): number {
  let h = from
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h >>> 0
}

/** The finaliser of MurmurHash3: FNV alone leaves neighbouring inputs alike in the high bits. */
function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

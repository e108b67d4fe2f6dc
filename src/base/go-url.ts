/** Parts of URLs escaped as Go escapes them. upstream: net/url */

/** As one part of a path: a slash is none of it. */
export const escapeSegment = (text: string): string => (/^[\w.:-]+$/.test(text) ? text : escaped(text, /%(24|26|2B|2C|3A|3B|3D|40)/g))

/** A whole path. upstream: encodePath */
export const escapePath = (path: string): string => escaped(path, /%(24|26|2B|2C|2F|3A|3B|3D|40)/g)

/** upstream: encodeHost */
export const escapeHost = (host: string): string => host.replace(/[^A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]/gu, c => [...Buffer.from(c)].map(byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''))

/** JavaScript escapes more than Go, but for these five. */
const escaped = (text: string, unescaped: RegExp): string =>
  encodeURIComponent(text).replace(unescaped, whole => decodeURIComponent(whole)).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

/** Start value of FNV-1a, as a signed 32-bit integer. */
export const hashStart = 0x811c9dc5 | 0

/** One step of FNV-1a over a UTF-16 code unit. Source: Fowler, Noll, Vo. */
export function hashStep(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193)
}

/** FNV-1a over the UTF-16 code units of a text. */
export function hashText(text: string): number {
  let hash = hashStart
  for (let i = 0; i < text.length; i++) hash = hashStep(hash, text.charCodeAt(i))
  return hash
}

/** Spreads a hash with a salt over all 32 bits, so that its low bits can serve as a bucket. Source: the finaliser of MurmurHash3. */
export function spread(hash: number, salt: number): number {
  let h = hash ^ salt
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** The hash of two things in this order. */
export function hashPair(first: number, second: number): number {
  return Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca77)
}

/** A hash of the bytes from `from` on, by whole words of four bytes; what is left over at the end does not count. */
export function hashBytes(bytes: Uint8Array, from: number): number {
  const whole = (bytes.length - from) >> 2
  const start = bytes.byteOffset + from
  const words =
    start % 4 === 0
      ? new Int32Array(bytes.buffer, start, whole)
      : new Int32Array(Uint8Array.from(bytes.subarray(from, from + whole * 4)).buffer)
  let hash = hashStart
  for (let i = 0; i < words.length; i++) {
    hash = hashStep(hash, words[i] as number)
    hash ^= hash >>> 15
  }
  return hash >>> 0
}

const tableSize = 0x600
const lower = new Uint16Array(tableSize)
const word = new Uint8Array(0x10000)

for (let code = 0; code < tableSize; code++) {
  const text = String.fromCharCode(code)
  const small = text.toLowerCase()
  lower[code] = small.length === 1 ? small.charCodeAt(0) : code
}
for (let code = 0; code < 0xd800; code++) {
  const text = String.fromCharCode(code)
  if (code < tableSize) word[code] = /[\p{L}\p{N}]/u.test(text) ? 1 : 0
  else word[code] = isPunctuation(code) ? 0 : isIdeograph(code) ? 2 : 1
}
for (let code = 0xf900; code < 0xfb00; code++) word[code] = 2

/** True for letters and digits of any script. Surrogate halves (emoji, rare scripts) separate words. */
export function isWord(code: number): boolean {
  return word[code] !== 0
}

/** True for characters of scripts written without spaces, where each one is taken as a word. */
export function isWide(code: number): boolean {
  return word[code] === 2
}

/** Lower case of one code unit, for the scripts up to Cyrillic and Armenian; others stay. */
export function lowerCase(code: number): number {
  return code < tableSize ? (lower[code] ?? code) : code
}

function isPunctuation(code: number): boolean {
  return (code >= 0x2000 && code < 0x2c00) || (code >= 0x3000 && code < 0x3040)
}

function isIdeograph(code: number): boolean {
  return (code >= 0x3040 && code < 0xa000) || (code >= 0xac00 && code < 0xd7b0)
}

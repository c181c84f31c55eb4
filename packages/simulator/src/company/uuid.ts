import { createRandom } from './random.ts'

/** A UUID (version 4 in form) that depends on the seed and the name alone. */
export function uuidOf(seed: string, name: string): string {
  const random = createRandom(`${seed}/uuid/${name}`)
  const hex = (digits: number) =>
    Math.floor(random.next() * 16 ** digits)
      .toString(16)
      .padStart(digits, '0')
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${(8 + random.int(0, 3)).toString(16)}${hex(3)}-${hex(6)}${hex(6)}`
}

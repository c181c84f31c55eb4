import { printable } from './markup.ts'

/** Words in lines of the terminal's width; `mark` stands before the first, as much space before the others. */
export function wrapped(text: string, width: number, mark = ''): readonly string[] {
  const room = width - mark.length
  const lines: string[] = []
  let line = ''
  // Keeps a number and its unit on one line.
  for (const word of printable(text)
    .replace(/(\d) (%|points?\b|person-days\b)/g, '$1\u00a0$2')
    .split(/ +/)) {
    const parts = columnsOf(word) > room ? Array.from(word) : [word]
    for (const [index, part] of parts.entries()) {
      const glue = line === '' || index > 0 ? '' : ' '
      if (line !== '' && columnsOf(line + glue + part) > room) {
        lines.push(line)
        line = part
      } else line += glue + part
    }
  }
  if (line) lines.push(line)
  return lines.map(
    (content, index) => (index === 0 ? mark : ' '.repeat(mark.length)) + content.replaceAll('\u00a0', ' '),
  )
}

/** Exactly `width` columns: cut with an ellipsis or filled with spaces. */
export function fitted(text: string, width: number): string {
  if (columnsOf(text) <= width) return text + ' '.repeat(width - columnsOf(text))
  let cut = ''
  for (const character of text) {
    if (columnsOf(cut + character) > width - 1) break
    cut += character
  }
  return `${cut}…${' '.repeat(width - 1 - columnsOf(cut))}`
}

/** Filled with spaces, on the left when `right`. */
export function padded(text: string, width: number, right: boolean): string {
  return right ? text.padStart(width) : text.padEnd(width)
}

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u

/** Columns that a text takes in a terminal: East Asian characters and emoji take two, combining marks none. */
export function columnsOf(text: string): number {
  let columns = 0
  for (const character of text) columns += /\p{Mark}|\u200d/u.test(character) ? 0 : wide.test(character) ? 2 : 1
  return columns
}

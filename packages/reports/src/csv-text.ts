import { printable } from './markup.ts'

/** A value of a table; null stands for one that does not exist. */
export type CsvCell = string | number | boolean | null

/**
 * Lines as CSV (RFC 4180). Numbers are not rounded, an empty cell is a value that does not exist, and texts that a
 * spreadsheet would run as a formula get an apostrophe in front.
 */
export function csvText(lines: readonly (readonly CsvCell[])[]): string {
  return lines.map((cells) => `${cells.map(printedCell).join(',')}\r\n`).join('')
}

function printedCell(cell: CsvCell): string {
  if (cell === null || (typeof cell === 'number' && !Number.isFinite(cell))) return ''
  if (typeof cell !== 'string') return String(cell)
  const text = printable(cell)
  const inert = /^[=+\-@]/.test(text) ? `'${text}` : text
  return /[",]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}

import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const page = path.join(import.meta.dirname, '../docs/methods.md')

/** Puts a Markdown table between the marks `<!-- bench NAME -->` and `<!-- /bench NAME -->` of docs/methods.md. Throws without them. */
export function writeDocsTable(
  name: string,
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): void {
  const [from, to] = [`<!-- bench ${name} -->`, `<!-- /bench ${name} -->`]
  const text = readFileSync(page, 'utf8')
  const [start, end] = [text.indexOf(from), text.indexOf(to)]
  if (start < 0 || end < start)
    throw new Error(`docs/methods.md has no place for the table of ${name}: add ${from} and ${to}.`)
  const lines = [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
  writeFileSync(page, `${text.slice(0, start)}${from}\n${lines.join('\n')}\n${text.slice(end)}`)
}

/** A node of an Atlassian Document Format document. */
export interface AdfNode {
  readonly type: string
  readonly [property: string]: unknown
}

/**
 * Wiki markup as the document that REST v3 shows for it: paragraphs, headings, bullet lists, code blocks, line breaks.
 * Inline markup stays as text.
 */
export function wikiToAdf(wiki: string): AdfNode {
  const content: AdfNode[] = []
  const pieces = wiki.replace(/\r\n?/g, '\n').split(/\{(?:code|noformat)(?::[^}]*)?\}/)
  pieces.forEach((piece, place) => {
    // Odd pieces stand between an opening and a closing mark.
    if (place % 2 === 0) content.push(...blocks(piece))
    else if (piece.trim() !== '')
      content.push({ type: 'codeBlock', attrs: {}, content: [text(piece.replace(/^\n|\n$/g, ''))] })
  })
  return { version: 1, type: 'doc', content }
}

function text(value: string): AdfNode {
  return { type: 'text', text: value }
}

function blocks(piece: string): AdfNode[] {
  return piece
    .split(/\n{2,}/)
    .map((block) => block.replace(/^\n+|\n+$/g, ''))
    .filter((block) => block.trim() !== '')
    .map(block)
}

function block(source: string): AdfNode {
  const lines = source.split('\n')
  const heading = /^h([1-6])\. (.+)$/.exec(source)
  if (heading !== null && lines.length === 1)
    return { type: 'heading', attrs: { level: Number(heading[1]) }, content: [text(heading[2] ?? '')] }
  const items = lines.map((line) => /^\s*[*-] +(.+)$/.exec(line)?.[1])
  if (items.every((item) => item !== undefined))
    return {
      type: 'bulletList',
      content: items.map((item) => ({ type: 'listItem', content: [{ type: 'paragraph', content: [text(item)] }] })),
    }
  return { type: 'paragraph', content: withBreaks(lines) }
}

function withBreaks(lines: readonly string[]): AdfNode[] {
  return lines.flatMap((line, place) => [
    ...(place === 0 ? [] : [{ type: 'hardBreak' }]),
    // A text node must not be empty.
    ...(line === '' ? [] : [text(line)]),
  ])
}

import { tidyLines } from '../plain-text.ts'

interface AdfNode {
  readonly type?: unknown
  readonly text?: unknown
  readonly attrs?: Readonly<Record<string, unknown>> | null
  readonly content?: unknown
}

const blocks = new Set([
  'paragraph',
  'heading',
  'codeBlock',
  'blockquote',
  'listItem',
  'taskItem',
  'decisionItem',
  'tableRow',
  'panel',
  'expand',
  'nestedExpand',
  'rule',
  'blockCard',
  'mediaGroup',
  'mediaSingle',
])

/** Deeper than any editor lets people write; a document that is deeper is cut, not a reason to fail. */
const deepest = 100

/**
 * The plain text of an Atlassian Document Format document: one line per block, links and mentions by their text.
 * Unknown nodes give the text of what they contain. https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
 */
export function adfToText(document: unknown): string {
  return tidyLines(textOf(document, 0))
}

function textOf(node: unknown, depth: number): string {
  if (typeof node !== 'object' || node === null || depth > deepest) return ''
  const { type, text, attrs, content }: AdfNode = node
  const inside = Array.isArray(content) ? content.map((child) => textOf(child, depth + 1)).join('') : ''
  if (type === 'text') return typeof text === 'string' ? text : ''
  if (type === 'hardBreak') return '\n'
  if (type === 'tableCell' || type === 'tableHeader') return `${inside.trim().replace(/\n+/g, ' ')} `
  const own = `${ownText(attrs)}${inside}`
  return typeof type === 'string' && blocks.has(type) ? `\n${own}\n` : own
}

/** Mentions, emoji, status lozenges, cards and expands carry their text in attributes. */
function ownText(attrs: AdfNode['attrs']): string {
  const value = attrs?.text ?? attrs?.shortName ?? attrs?.title ?? attrs?.url
  return typeof value === 'string' ? value : ''
}

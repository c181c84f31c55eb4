import { tidyLines } from '../plain-text.ts'

/**
 * Linear's Markdown as plain text: the words stay, the marks go. Not a parser; ambiguous marks are left as they are.
 * Every pattern is bounded or excludes its own opening mark, so that hostile text costs no more than its length.
 */
export function markdownToText(markdown: string): string {
  return tidyLines(
    markdown
      .replace(/\r\n?/g, '\n')
      .replace(/^[ \t]*(```|~~~).*$/gm, '')
      .replace(/!\[[^[\]\n]*\]\([^()\n]*\)/g, '')
      .replace(/\[([^[\]\n]*)\]\([^()\n]*\)/g, '$1')
      .replace(/^[ \t]*(#{1,6}|>+|[-*+]|\d{1,9}\.)[ \t]+/gm, '')
      .replace(/^\[[ xX]\][ \t]+/gm, '')
      .replace(/^[ \t|:-]+$/gm, '')
      .replace(/`([^`\n]*)`/g, '$1')
      .replace(/(\*\*|__|~~)(?=\S)([^\n]{0,300}?\S)\1/g, '$2')
      .replace(/(^|[\s(])([*_])(?=\S)([^\n]{0,300}?\S)\2(?=[\s).,;:!?]|$)/gm, '$1$3'),
  )
}

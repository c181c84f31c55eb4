/** Linear's Markdown as plain text: the words stay, the marks go. Not a parser; ambiguous marks are left as they are. */
export function markdownToText(markdown: string): string {
  return markdown
    .replace(/\r\n?/g, '\n')
    .replace(/^[ \t]*(```|~~~).*$/gm, '')
    .replace(/!\[[^\]\n]*\]\([^)\n]*\)/g, '')
    .replace(/\[([^\]\n]*)\]\([^)\n]*\)/g, '$1')
    .replace(/^[ \t]*(#{1,6}|>+|[-*+]|\d+\.)[ \t]+/gm, '')
    .replace(/^[ \t]*\[[ xX]\][ \t]+/gm, '')
    .replace(/^[ \t|:-]*-{3,}[ \t|:-]*$/gm, '')
    .replace(/`([^`\n]*)`/g, '$1')
    .replace(/(\*\*|__|~~)(?=\S)([^\n]*?\S)\1/g, '$2')
    .replace(/(^|[\s(])([*_])(?=\S)([^\n]*?\S)\2(?=[\s).,;:!?]|$)/gm, '$1$3')
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{2,}/g, '\n')
    .trim()
}

import { tidyLines } from '../plain-text.ts'

/**
 * Jira's wiki markup as plain text: the words stay, the marks go. Not a parser; where a mark is ambiguous (an underscore in
 * an identifier) the text is left as it is. Every pattern is bounded or excludes its own opening mark, so that hostile
 * text costs no more than its length. https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
 */
export function wikiToText(markup: string): string {
  return tidyLines(
    markup
      .replace(/\r\n?/g, '\n')
      .replace(/\{(code|noformat|quote|panel|color|anchor|expand)(:[^{}\n]*)?\}/g, '')
      .replace(/!([^!\s|][^!\n|]*)(\|[^!\n]*)?!/g, (whole, name) => (/\.\w{2,5}$/.test(name) ? '' : whole))
      .replace(/\[~[^[\]\n]*\]/g, '')
      .replace(/\[([^[\]|\n]+)\|[^[\]\n]*\]/g, '$1')
      .replace(/\[((?:https?|mailto|ftp|file):[^[\]\n]*)\]/g, '$1')
      .replace(/^[ \t]*(h[1-6]|bq)\.[ \t]+/gm, '')
      .replace(/^[ \t]*[*#-]+[ \t]+/gm, '')
      .replace(/^[ \t]*-{4,}[ \t]*$/gm, '')
      .replace(/\|+/g, ' ')
      .replace(/\{\{([^{}\n]+)\}\}/g, '$1')
      .replace(/(^|[\s(])([*_+])(?=\S)([^\n]{0,300}?\S)\2(?=[\s).,;:!?]|$)/gm, '$1$3')
      .replace(/\\\\/g, '\n'),
  )
}

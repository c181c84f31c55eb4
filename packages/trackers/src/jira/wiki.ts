/**
 * Jira's wiki markup as plain text: the words stay, the marks go. Not a parser; where a mark is ambiguous (an underscore in
 * an identifier) the text is left as it is. https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
 */
export function wikiToText(markup: string): string {
  return markup
    .replace(/\r\n?/g, '\n')
    .replace(/\{(code|noformat|quote|panel|color|anchor|expand)(:[^}\n]*)?\}/g, '')
    .replace(/!([^!\s|][^!\n|]*)(\|[^!\n]*)?!/g, (whole, name) => (/\.\w{2,5}$/.test(name) ? '' : whole))
    .replace(/\[~[^\]\n]*\]/g, '')
    .replace(/\[([^\]|\n]+)\|[^\]\n]*\]/g, '$1')
    .replace(/\[((?:https?|mailto|ftp|file):[^\]\n]*)\]/g, '$1')
    .replace(/^[ \t]*(h[1-6]|bq)\.[ \t]+/gm, '')
    .replace(/^[ \t]*[*#-]+[ \t]+/gm, '')
    .replace(/^[ \t]*-{4,}[ \t]*$/gm, '')
    .replace(/\|+/g, ' ')
    .replace(/\{\{(.+?)\}\}/g, '$1')
    .replace(/(^|[\s(])([*_+])(?=\S)([^\n]*?\S)\2(?=[\s).,;:!?]|$)/gm, '$1$3')
    .replace(/\\\\[ \t]*/g, '\n')
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{2,}/g, '\n')
    .trim()
}

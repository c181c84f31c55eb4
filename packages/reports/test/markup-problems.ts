const voidElements = new Set(['meta', 'br', 'link', 'img', 'hr', 'input', 'col'])

/**
 * What is wrong with an HTML text by a strict reading: unbalanced tags, unquoted or doubled attributes, doubled ids, a bare
 * `<` or `&` in text. Browsers forgive all of these, so a browser can't find them.
 */
export function markupProblems(markup: string): readonly string[] {
  const problems: string[] = []
  const open: string[] = []
  const ids = new Set<string>()
  const text = markup.replace(/<style>[\s\S]*?<\/style>/g, '<style></style>').replace(/^<!doctype html>\n/, '')
  const tag = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+(?:="[^"<]*")?)*)\s*(\/?)>/y
  for (let index = 0; index < text.length; ) {
    if (text[index] !== '<') {
      const end = text.indexOf('<', index)
      const run = text.slice(index, end === -1 ? text.length : end)
      if (/&(?!#\d+;|[a-z]+;)/.test(run)) problems.push(`bare & in "${run.slice(0, 60)}"`)
      index += run.length
      continue
    }
    tag.lastIndex = index
    const [whole, closing, name = '', attributes = '', selfClosing] = tag.exec(text) ?? []
    if (whole === undefined) return [...problems, `not a tag: ${text.slice(index, index + 80)}`]
    index += whole.length
    const names = [...attributes.matchAll(/\s([\w:-]+)(?:="([^"]*)")?/g)]
    if (new Set(names.map(([, key]) => key)).size !== names.length) problems.push(`doubled attribute in ${whole}`)
    for (const [, key, value = ''] of names) {
      if (/&(?!#\d+;|[a-z]+;)/.test(value)) problems.push(`bare & in ${whole}`)
      if (key !== 'id') continue
      if (ids.has(value)) problems.push(`doubled id ${value}`)
      ids.add(value)
    }
    if (closing) {
      if (open.pop() !== name) problems.push(`unexpected </${name}>`)
    } else if (!selfClosing && !voidElements.has(name)) open.push(name)
  }
  return open.length > 0 ? [...problems, `never closed: ${open.join(', ')}`] : problems
}

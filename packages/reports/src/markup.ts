/** HTML or SVG that is safe to print as it is. Everything else is escaped by {@link html}. */
export interface Markup {
  readonly markup: string
}

type Insertable = string | number | Markup | readonly Markup[] | null | undefined | false

/** Builds markup from a template; inserted texts and numbers are escaped, null and false print nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Insertable[]): Markup {
  const parts = strings.map((text, index) => text + (index < values.length ? insert(values[index]) : ''))
  return { markup: parts.join('') }
}

/** Marks a text as markup. Only for text that this package made itself. */
export function raw(markup: string): Markup {
  return { markup }
}

/** Escapes for text and for attributes in double quotes, in HTML as in XML. */
export function escapeText(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/**
 * Takes out what must reach neither a page nor a terminal: control characters (escape sequences), characters that turn
 * the direction of text around, and what XML forbids. Line breaks become spaces.
 */
export function printable(text: string): string {
  return (
    text
      .toWellFormed()
      .replace(/[\t\n\r\u2028\u2029]+/g, ' ')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: taking control characters out is the purpose.
      .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g, '')
  )
}

/** The address when a link may lead there (http, https, or a path of this server), else null. */
export function safeHref(address: string | null | undefined): string | null {
  if (!address) return null
  if (/^[/?#](?![/\\])/.test(address)) return address
  return URL.canParse(address) && ['http:', 'https:'].includes(new URL(address).protocol) ? address : null
}

/** A link, or just its text where the address may not be linked. A mail needs the colour at the link itself. */
export function link(address: string | null | undefined, text: string, colour?: string): Markup {
  const href = safeHref(address)
  const style = colour && html` style="color:${colour}"`
  return href ? html`<a href="${href}" rel="noreferrer"${style}>${text}</a>` : html`${text}`
}

function insert(value: Insertable): string {
  if (value === null || value === undefined || value === false) return ''
  if (typeof value === 'string' || typeof value === 'number') return escapeText(String(value))
  return 'markup' in value ? value.markup : value.map((part) => part.markup).join('')
}

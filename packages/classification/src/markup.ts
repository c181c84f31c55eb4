import type { Placeholder } from './placeholders.ts'

interface Skipped {
  readonly next: number
  readonly placeholder: Placeholder | null
}

/**
 * Steps over markup (Jira wiki, Markdown, HTML) that begins at a character that is no letter or digit: null when none
 * does. Every look ahead ends at the line's end or at a fixed length, except for the ends of code blocks, so that a text
 * is read in linear time; an opening without its end is only stepped over itself.
 */
export function skipMarkup(text: string, at: number, end: number, lineStart: boolean): Skipped | null {
  const code = text.charCodeAt(at)
  if (code === 10 || lineStart) {
    const trace = skipTraceLine(text, code === 10 ? at + 1 : at, end)
    if (trace > 0) return { next: trace, placeholder: 'xtrace' }
  }
  if (code === 123) return skipMacro(text, at, end)
  if (code === 96) return skipFence(text, at, end)
  if (code === 60) return skipTag(text, at, end)
  if (code === 33) return skipImage(text, at, end)
  if (code === 91 && text.charCodeAt(at + 1) === 126) return skipTo(text, at, end, 93, 'xuser')
  if (code === 38) return skipEntity(text, at, end)
  return null
}

/** `{code}...{code}` and `{noformat}...{noformat}` are code; other macros such as `{quote}` are only their own braces. */
function skipMacro(text: string, at: number, end: number): Skipped | null {
  for (const name of ['{code', '{noformat']) {
    if (!text.startsWith(name, at)) continue
    const open = text.indexOf('}', at)
    const close = open < 0 ? -1 : text.indexOf(`${name}}`, open)
    if (close < 0) return { next: at + name.length, placeholder: 'xcode' }
    return { next: Math.min(end, close + name.length + 1), placeholder: 'xcode' }
  }
  if (text.charCodeAt(at + 1) === 123) return null
  const close = indexWithin(text, 125, at, Math.min(end, at + 60))
  return close < 0 ? null : { next: close + 1, placeholder: null }
}

function skipFence(text: string, at: number, end: number): Skipped | null {
  if (!text.startsWith('```', at)) return null
  const close = text.indexOf('```', at + 3)
  return { next: close < 0 ? at + 3 : Math.min(end, close + 3), placeholder: 'xcode' }
}

/** HTML tags are left out, and comments with what they say: those are a template's instructions. */
function skipTag(text: string, at: number, end: number): Skipped | null {
  if (text.startsWith('<!--', at)) {
    const close = text.indexOf('-->', at + 4)
    return { next: close < 0 ? at + 4 : Math.min(end, close + 3), placeholder: null }
  }
  const next = text.charCodeAt(at + 1) | 32
  if (next !== 47 && !(next >= 97 && next <= 122)) return null
  const close = indexWithin(text, 62, at, Math.min(end, at + 200))
  return close < 0 ? null : { next: close + 1, placeholder: null }
}

/** `!screen.png!` and `![text](address)`. */
function skipImage(text: string, at: number, end: number): Skipped | null {
  if (text.charCodeAt(at + 1) === 91) return { next: at + 2, placeholder: 'ximage' }
  if (text.charCodeAt(at + 1) <= 32) return null
  const close = indexWithin(text, 33, at + 1, Math.min(end, at + 150))
  if (close < 0 || indexWithin(text, 46, at, close) < 0 || indexWithin(text, 32, at, close) >= 0) return null
  return { next: close + 1, placeholder: 'ximage' }
}

function skipTo(text: string, at: number, end: number, code: number, placeholder: Placeholder): Skipped | null {
  const close = indexWithin(text, code, at, Math.min(end, at + 100))
  return close < 0 ? null : { next: close + 1, placeholder }
}

function skipEntity(text: string, at: number, end: number): Skipped | null {
  const close = indexWithin(text, 59, at, Math.min(end, at + 8))
  return close < 0 || indexWithin(text, 32, at, close) >= 0 ? null : { next: close + 1, placeholder: null }
}

/** Where a line of a stack trace ends, or 0 when the line is none. */
function skipTraceLine(text: string, at: number, end: number): number {
  let i = at
  while (i < end && i - at < 40 && (text.charCodeAt(i) === 32 || text.charCodeAt(i) === 9)) i++
  const lineEnd = endOfLine(text, i, Math.min(end, i + 300))
  if (text.startsWith('at ', i)) {
    const bracket = indexWithin(text, 40, i, lineEnd)
    return bracket > 0 && indexWithin(text, 46, i, bracket) > 0 ? lineEnd : 0
  }
  if (text.startsWith('Caused by:', i) || text.startsWith('File "', i)) return lineEnd
  return 0
}

function endOfLine(text: string, from: number, end: number): number {
  const found = indexWithin(text, 10, from, end)
  return found < 0 ? end : found
}

/** First place of a character in [from, end), or -1. */
function indexWithin(text: string, code: number, from: number, end: number): number {
  for (let i = from; i < end; i++) if (text.charCodeAt(i) === code) return i
  return -1
}

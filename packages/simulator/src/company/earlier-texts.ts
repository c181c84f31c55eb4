import type { CompanyTicket } from './model.ts'

/** What a text was before its edits, oldest first, ending with the present one: one more than there were edits. */
export function earlierTexts(
  ticket: Pick<CompanyTicket, 'title' | 'description' | 'changes'>,
  which: 'title' | 'description',
): string[] {
  const edits = ticket.changes.filter((change) => change.edited === which).length
  const present = ticket[which]
  const earlier = Array.from({ length: edits }, (_, i) => shortened(present, which, (i + 1) / (edits + 1), edits - i))
  return [...earlier, present]
}

function shortened(text: string, which: 'title' | 'description', share: number, missing: number): string {
  if (which === 'description')
    return text === '' ? 'tbd '.repeat(missing) : text.slice(0, Math.floor(text.length * share))
  const words = text.split(' ')
  return words.length > missing ? words.slice(0, words.length - missing).join(' ') : `${text}${'?'.repeat(missing)}`
}

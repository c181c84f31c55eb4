import type { StatusCategory } from '@headroom/domain'

/**
 * The category of a status of which only the name is left (it was deleted, but the history still speaks of it).
 * A name that says nothing counts as `todo`, so that no effort is invented.
 */
export function categoryByName(name: string): StatusCategory {
  const plain = plainName(name)
  if (saysCanceled(plain)) return 'canceled'
  if (/\b(not started|to ?do|backlog|open|new|reopened|selected|triage)\b/.test(plain)) return 'todo'
  if (/\b(done|closed?|resolved|completed?|released|shipped|deployed|fixed|finished|live)\b/.test(plain)) return 'done'
  if (
    /\b(progress|review|test|testing|qa|verify|verification|doing|started|coding|develop\w*|implement\w*|wip)\b/.test(
      plain,
    )
  ) {
    return 'in-progress'
  }
  return 'todo'
}

/**
 * True when a status or resolution name says that the work was given up: won't do, won't fix, duplicate, cancelled,
 * declined, rejected, abandoned, obsolete, invalid, not a bug, works as designed, cannot reproduce, incomplete.
 */
export function saysCanceled(name: string): boolean {
  return canceledWords.test(plainName(name))
}

const canceledWords =
  /\b(w(ont|ill not) (do|fix|be fixed|implement)|duplicated?|cancell?ed|declined|rejected|abandoned|obsolete|invalid|not (a bug|an issue|a defect)|(works )?(as|by) design(ed)?|works for me|(can ?not|cant|unable to|could not) reproduce|not reproducible|incomplete|out of scope|withdrawn)\b/

function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/['’`]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

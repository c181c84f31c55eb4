import { createHash } from 'node:crypto'

/**
 * The id of a ticket: made from where it comes from, so that ties between tickets fall the same way in any store,
 * whatever the order of ingestion.
 */
export function ticketId(connectionId: string, externalId: string): string {
  return hashedUuid(`ticket\n${connectionId}\n${externalId}`)
}

/** The id of the person behind an account: by e-mail where it is known, so that one human over two trackers is one person. */
export function personId(account: { connectionId: string; accountId: string; email: string | null }): string {
  return account.email
    ? hashedUuid(`email\n${account.email.toLowerCase()}`)
    : hashedUuid(`account\n${account.connectionId}\n${account.accountId}`)
}

/** The id of a team that was suggested from a project or tracker team. */
export function suggestedTeamId(connectionId: string, source: string): string {
  return hashedUuid(`team\n${connectionId}\n${source}`)
}

/** A UUID of version 8 (RFC 9562, section 5.8: made by a rule of our own) from a text. */
function hashedUuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

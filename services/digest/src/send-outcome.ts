import type { DigestDeliveryState } from '@headroom/store'

/** What became of a mail. `detail` is one line for people: the server's answer, or what went wrong and what to do. */
export interface SendOutcome {
  readonly state: Exclude<DigestDeliveryState, 'claimed'>
  readonly detail: string
}

const lineLengthMax = 300

/**
 * What a failed sending means. `dataBegun`: the mail itself was on its way, so without an answer nobody knows whether the
 * server has it. A refusal only counts as one of this mail when it answers this mail's commands: a refused login
 * says nothing about the subscriber.
 */
export function outcomeOf(error: unknown, dataBegun: boolean): SendOutcome {
  const { responseCode, code, command } = errorFields(error)
  const detail = oneLine(error instanceof Error ? error.message : String(error))
  if (code === 'EAUTH') {
    return {
      state: 'deferred',
      detail: oneLine(`The mail server refuses the login in SMTP_URL; correct it. ${detail}`),
    }
  }
  if (responseCode !== null && responseCode >= 400) {
    const ofThisMail = dataBegun || ['MAIL FROM', 'RCPT TO', 'DATA'].includes(command)
    return { state: responseCode >= 500 && ofThisMail ? 'refused' : 'deferred', detail }
  }
  if (dataBegun) {
    return { state: 'unknown', detail: oneLine(`The mail server did not say whether it took the mail: ${detail}`) }
  }
  return { state: 'deferred', detail: oneLine(`The mail server could not be reached; check SMTP_URL. ${detail}`) }
}

function errorFields(error: unknown): { responseCode: number | null; code: string; command: string } {
  const fields = typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {}
  const { responseCode, code, command } = fields
  return {
    responseCode: typeof responseCode === 'number' ? responseCode : null,
    code: String(code ?? ''),
    command: String(command ?? ''),
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, lineLengthMax)
}

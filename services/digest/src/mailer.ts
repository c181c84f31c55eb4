import { isIP } from 'node:net'
import { chartCid, type DigestMail } from '@headroom/reports'
import { createTransport } from 'nodemailer'
import { outcomeOf, type SendOutcome } from './send-outcome.ts'

/** Mail can't be sent because of a setting. The message is the one line that says which. */
export class MailNotConfiguredError extends Error {
  override name = 'MailNotConfiguredError'
}

/** One weekly email on its way to one address. */
export interface OutgoingDigest extends DigestMail {
  readonly to: string
  readonly unsubscribeUrl: string
  /** Stable for a subscription and week, so that a doubled mail could be told as such. Left of the `@`. */
  readonly messageKey: string
}

/** Sends mail. Every answer of the mail server, and none, is an outcome; nothing is thrown. */
export interface Mailer {
  send(mail: OutgoingDigest): Promise<SendOutcome>
}

/**
 * A mailer on an SMTP server. Each mail has a connection of its own: nodemailer's pool puts a mail whose connection broke
 * back into its queue, and so would send twice what the server had already taken.
 */
export function createMailer(options: {
  readonly smtpUrl: string | undefined
  readonly from: string | undefined
}): Mailer {
  const { smtpUrl } = options
  if (!smtpUrl) {
    throw new MailNotConfiguredError(
      'SMTP_URL is not set, so no email can be sent; set it to your mail server, for example smtp://user:password@mail.example.com:587',
    )
  }
  const host = hostOf(smtpUrl)
  const from = options.from ?? `Headroom <headroom@${isIP(host) ? 'localhost' : host}>`
  return {
    async send(mail) {
      let dataBegun = false
      const transport = createTransport({
        ...serverOf(smtpUrl),
        // RFC 5321 grants the server minutes to answer the end of the data; hanging up early leaves the mail in doubt.
        socketTimeout: 300_000,
        disableFileAccess: true,
        disableUrlAccess: true,
        // The errors don't say how far the talk had come; the protocol does: 354 is the server's word to send the mail.
        transactionLog: true,
        logger: {
          debug: (entry: { tnx?: string }, line: string) => {
            if (entry.tnx === 'server' && line.startsWith('354')) dataBegun = true
          },
          info: () => {},
        },
      })
      try {
        const sent = await transport.sendMail(message(mail, from))
        return { state: 'sent', detail: sent.response }
      } catch (error) {
        return outcomeOf(error, dataBegun)
      } finally {
        transport.close()
      }
    },
  }
}

/** Greets the mail server and signs in there, without sending anything. Throws an error with its words. */
export async function checkMailServer(smtpUrl: string): Promise<void> {
  const transport = createTransport({ ...serverOf(smtpUrl), socketTimeout: 20_000 })
  try {
    await transport.verify()
  } finally {
    transport.close()
  }
}

function serverOf(smtpUrl: string) {
  const host = hostOf(smtpUrl)
  const loopback = host === 'localhost' || host === '::1' || host.startsWith('127.')
  // A mail server on this machine often has a certificate that nobody signed, and nobody is between us and it.
  const trusting = loopback && !new URL(smtpUrl).searchParams.has('tls.rejectUnauthorized')
  return {
    url: smtpUrl,
    ...(trusting ? { tls: { rejectUnauthorized: false } } : {}),
    connectionTimeout: 20_000,
    greetingTimeout: 20_000,
  }
}

function hostOf(smtpUrl: string): string {
  return new URL(smtpUrl).hostname.replace(/^\[|\]$/g, '')
}

function message(mail: OutgoingDigest, from: string) {
  const domain = /@([^@>\s]+)>?\s*$/.exec(from)?.[1] ?? 'localhost'
  return {
    from,
    to: mail.to,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: `<${mail.messageKey}@${domain}>`,
    // Nested, so that it becomes one header however many addresses it gets; a flat list becomes several.
    list: { unsubscribe: [[mail.unsubscribeUrl]] },
    headers: { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click', 'Auto-Submitted': 'auto-generated' },
    attachments: [
      {
        filename: 'strategic-share-by-week.png',
        content: Buffer.from(mail.chartPng),
        contentType: 'image/png',
        contentDisposition: 'inline' as const,
        cid: chartCid,
      },
    ],
  }
}

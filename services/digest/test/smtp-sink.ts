import type { Socket } from 'node:net'
import { freePort } from '@headroom/testkit'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'

/** A real SMTP server that keeps what it gets. The local part of a recipient says how it behaves. */
export interface SmtpSink {
  readonly url: string
  /** Raw mails that it took with 250. */
  readonly taken: { readonly to: string; readonly raw: Buffer }[]
  /** How often a mail's data came in, taken or not. */
  dataCount(): number
  parsed(index: number): Promise<Email>
  close(): Promise<void>
}

/** Starts a sink: `gone@` 550, `later@` 451, `spam@` 554 after the data, `drop@` hangs up after the data, `hangup@` before it. */
export async function startSmtpSink(options: { readonly startTls: boolean } = { startTls: false }): Promise<SmtpSink> {
  const taken: SmtpSink['taken'] = []
  const sockets = new Set<Socket>()
  const hangUp = () => {
    for (const socket of sockets) socket.destroy()
  }
  let dataCount = 0
  const reply = (code: number, text: string) => Object.assign(new Error(text), { responseCode: code })
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    disabledCommands: options.startTls ? ['AUTH'] : ['AUTH', 'STARTTLS'],
    onRcptTo({ address }, _session, done) {
      if (address.startsWith('gone@')) done(reply(550, '5.1.1 No such mailbox'))
      else if (address.startsWith('later@')) done(reply(451, '4.7.1 Try again later'))
      else if (address.startsWith('hangup@')) hangUp()
      else done()
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        dataCount++
        const to = session.envelope.rcptTo[0]?.address ?? ''
        if (to.startsWith('drop@')) return hangUp()
        if (to.startsWith('spam@')) return done(reply(554, '5.7.1 Rejected'))
        taken.push({ to, raw: Buffer.concat(chunks) })
        return done()
      })
    },
  })
  server.on('error', () => {})
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `smtp://127.0.0.1:${port}`,
    taken,
    dataCount: () => dataCount,
    parsed: (index) => PostalMime.parse(taken[index]?.raw ?? Buffer.alloc(0)),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

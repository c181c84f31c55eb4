import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { UserError } from '@headroom/runtime'

/**
 * Gives the secrets of a command: as written, or for `-` from the next line of the standard input, where no list of
 * processes and no shell history shows it. On a terminal it asks, and shows nothing of what is typed.
 */
export function secretReader(): (given: string, what: string) => Promise<string> {
  let lines: AsyncIterator<string> | null = null
  return async (given, what) => {
    if (given !== '-') return given
    if (process.stdin.isTTY) return askHidden(what)
    lines ??= createInterface({ input: process.stdin })[Symbol.asyncIterator]()
    const { value, done } = await lines.next()
    const secret = done ? '' : value.trim()
    if (secret === '') throw new UserError(`The standard input has no line with ${what}.`)
    return secret
  }
}

async function askHidden(what: string): Promise<string> {
  process.stderr.write(`${what[0]?.toUpperCase()}${what.slice(1)}: `)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  try {
    const secret = await new Promise<string>((resolve) => {
      terminal.once('line', resolve)
      terminal.once('close', () => resolve(''))
    })
    if (secret.trim() === '') throw new UserError(`Nothing was entered for ${what}.`)
    return secret.trim()
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}

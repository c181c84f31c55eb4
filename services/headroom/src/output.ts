import { UserError } from '@headroom/runtime'

/** Runs what writes a file that the user named; a failure is about that file and not about us. */
export async function writeOutput(file: string, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new UserError(`Cannot write ${file} (${code ?? cause}). Choose another place with --output.`, { cause })
  }
}

/** Ends quietly when whoever reads our output has read enough, as with `| head`. */
export function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
}

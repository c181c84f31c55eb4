import { failureLine, UserError } from '@headroom/runtime'
import { Command, CommanderError } from 'commander'
import { endWithReader } from './output.ts'

type AddCommand = (program: Command) => void

/** Each command with what it takes; only that of the one that is asked for is loaded, for a quick answer. */
const commands: Readonly<Record<string, () => Promise<AddCommand>>> = {
  start: async () => (await import('./commands/start.ts')).addStartCommand,
  connections: async () => (await import('./commands/connections.ts')).addConnectionsCommand,
  sync: async () => (await import('./commands/sync.ts')).addSyncCommand,
  classify: async () => (await import('./commands/stages.ts')).addClassifyCommand,
  measure: async () => (await import('./commands/stages.ts')).addMeasureCommand,
  replay: async () => (await import('./commands/replay.ts')).addReplayCommand,
  recompute: async () => (await import('./commands/recompute.ts')).addRecomputeCommand,
  report: async () => (await import('./commands/report.ts')).addReportCommand,
  digest: async () => (await import('./commands/digest.ts')).addDigestCommand,
  keys: async () => (await import('./commands/keys.ts')).addKeysCommand,
  doctor: async () => (await import('./commands/doctor.ts')).addDoctorCommand,
  export: async () => (await import('./commands/export.ts')).addExportCommand,
  demo: async () => (await import('./commands/demo.ts')).addDemoCommand,
}

const program = new Command('headroom')
  .description('Measures how much engineering capacity really goes into strategic investment, and how sure that is.')
  .exitOverride()
  .configureOutput({
    outputError: (text, write) => {
      const line = text
        .trim()
        .replace(/^error: /, '')
        .replace(/\s*\n\s*/g, ' ')
      write(`${line}. See what there is with --help.\n`)
    },
  })

endWithReader()
try {
  const [wanted = ''] = process.argv.slice(2)
  const known = Object.hasOwn(commands, wanted)
  if (!known && /^[^-]/.test(wanted) && wanted !== 'help')
    throw new UserError(`There is no command "${wanted}". See what there is with --help.`)
  const only = known ? [wanted] : Object.keys(commands)
  for (const name of only) (await commands[name]?.())?.(program)
  await program.parseAsync()
} catch (error) {
  // Commander has said what it has to say.
  if (error instanceof CommanderError) process.exitCode = error.exitCode
  else {
    process.stderr.write(`${failureLine(error)}\n`)
    process.exitCode = 1
  }
}

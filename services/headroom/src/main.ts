import { failureLine } from '@headroom/runtime'
import { Command, CommanderError } from 'commander'
import { addConnectionsCommand } from './commands/connections.ts'
import { addDemoCommand } from './commands/demo.ts'
import { addDigestCommand } from './commands/digest.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addExportCommand } from './commands/export.ts'
import { addKeysCommand } from './commands/keys.ts'
import { addReportCommand } from './commands/report.ts'
import { addStageCommands } from './commands/stages.ts'
import { start } from './commands/start.ts'
import { endWithReader } from './output.ts'

const program = new Command('headroom')
  .description('Measures how much engineering capacity really goes into strategic investment, and how sure that is.')
  .exitOverride()
  .configureOutput({
    outputError: (text, write) =>
      write(
        `${text
          .trim()
          .replace(/^error: /, '')
          .replace(/\s*\n\s*/g, ' ')}. See what there is with --help.\n`,
      ),
  })

program.command('start').description('start everything in one process and serve until stopped').action(start)
addConnectionsCommand(program)
addStageCommands(program)
addReportCommand(program)
addDigestCommand(program)
addKeysCommand(program)
addDoctorCommand(program)
addExportCommand(program)
addDemoCommand(program)

endWithReader()
try {
  await program.parseAsync()
} catch (error) {
  // Commander has said what it has to say.
  if (error instanceof CommanderError) process.exitCode = error.exitCode
  else {
    process.stderr.write(`${failureLine(error)}\n`)
    process.exitCode = 1
  }
}

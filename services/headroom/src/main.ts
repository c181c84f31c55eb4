import { failureLine } from '@headroom/runtime'
import { Command } from 'commander'
import { addConnectionsCommand } from './commands/connections.ts'
import { addDemoCommand } from './commands/demo.ts'
import { addDigestCommand } from './commands/digest.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addKeysCommand } from './commands/keys.ts'
import { addReportCommand } from './commands/report.ts'
import { addStageCommands } from './commands/stages.ts'
import { start } from './commands/start.ts'

const program = new Command('headroom')
  .description('Measures how much engineering capacity really goes into strategic investment, and how sure that is.')
  .showHelpAfterError('(add --help for what there is)')

program.command('start').description('start everything in one process and serve until stopped').action(start)
addConnectionsCommand(program)
addStageCommands(program)
addReportCommand(program)
addDigestCommand(program)
addKeysCommand(program)
addDoctorCommand(program)
addDemoCommand(program)

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`${failureLine(error)}\n`)
  process.exitCode = 1
}

import { UserError } from '@headroom/runtime'
import type { Command } from 'commander'
import { withHeadroom } from '../cli-context.ts'
import { compareWithTruth } from '../demo/compare-with-truth.ts'
import { replay } from '../demo/replay.ts'

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('what the demo company shows against what is true of it; or real tickets from a file')
    .option('--truth', 'print measured against true, by team and quarter')
    .option(
      '--replay <file>',
      'serve a file of raw Jira issues (.ndjson or .ndjson.gz) as a Jira, read it, and check what was stored',
    )
    .option('--as <shape>', 'the shape in which the file is served: dc or cloud', 'dc')
    .action(async (options: { truth?: boolean; replay?: string; as: string }) => {
      if (options.replay !== undefined) {
        if (options.as !== 'dc' && options.as !== 'cloud')
          throw new UserError(`There is no shape ${options.as}. Choose dc or cloud.`)
        await replay({ file: options.replay, as: options.as })
      } else if (options.truth) process.stdout.write(await withHeadroom(compareWithTruth))
      else throw new UserError('Say --truth or --replay FILE. The demo company itself starts with: npm start')
    })
}

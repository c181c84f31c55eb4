import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '..')
const workspace = mkdtempSync(path.join(tmpdir(), 'headroom-boundaries-'))
afterAll(() => rmSync(workspace, { recursive: true, force: true }))

/** The breaches in a workspace of these files, as `rule: from → to`, found with this project's rules. */
function breaches(files: Readonly<Record<string, string>>): string[] {
  for (const [name, content] of Object.entries({ 'tsconfig.json': '{}', ...files })) {
    mkdirSync(path.dirname(path.join(workspace, name)), { recursive: true })
    writeFileSync(path.join(workspace, name), content)
  }
  const program = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
  const args = ['--config', path.join(root, '.dependency-cruiser.cjs'), '--output-type', 'json', 'packages', 'services']
  const { stdout, stderr } = spawnSync(process.execPath, [program, ...args], { cwd: workspace, encoding: 'utf8' })
  if (stdout === '') throw new Error(stderr)
  const { summary } = JSON.parse(stdout) as {
    summary: { violations: { rule: { name: string }; from: string; to: string }[] }
  }
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`).toSorted()
}

const imports = (...targets: readonly string[]) => targets.map((target) => `import '${target}'\n`).join('')

test('each planted breach is found under the name of its rule, and what is allowed is not', () => {
  const found = breaches({
    'node_modules/pg/package.json': '{"name":"pg","main":"index.js"}',
    'node_modules/pg/index.js': '',
    'node_modules/bullmq/package.json': '{"name":"bullmq","main":"index.js"}',
    'node_modules/bullmq/index.js': '',
    'packages/domain/src/index.ts': imports('./split.ts'),
    'packages/domain/src/split.ts': imports('node:fs'),
    'packages/domain/src/split.test.ts': imports('node:fs', './split.ts'),
    'packages/classification/src/index.ts': imports('../../domain/src/index.ts', '../../store/src/index.ts'),
    'packages/store/src/index.ts': imports('pg', './query.ts', '../../../services/api/src/index.ts'),
    'packages/store/src/query.ts': 'export type Query = string\n',
    'packages/store/test/query.test.ts': imports('pg', '../../testkit/src/index.ts'),
    'packages/queues/src/index.ts': imports('bullmq', './one.ts'),
    'packages/queues/src/one.ts': "import type { Two } from './two.ts'\nexport type One = Two\n",
    'packages/queues/src/two.ts': "import type { One } from './one.ts'\nexport type Two = One\n",
    'packages/testkit/src/index.ts': imports('pg'),
    'packages/simulator/src/index.ts': '',
    'packages/reports/src/index.ts': '',
    'packages/trackers/src/index.ts': imports('./jira/client.ts'),
    'packages/trackers/src/jira/client.ts': imports('../linear/client.ts'),
    'packages/trackers/src/linear/client.ts': imports('./absent.ts'),
    'services/api/src/index.ts': imports('pg', 'bullmq', '../../../packages/reports/src/index.ts'),
    'services/digest/src/index.ts': imports('../../api/src/index.ts', '../../../packages/testkit/src/index.ts'),
    'services/ingest/src/index.ts': imports('../../../packages/trackers/src/index.ts'),
    'services/analytics/src/index.ts': imports(
      '../../../packages/trackers/src/index.ts',
      '../../../packages/simulator/src/index.ts',
      '../../../packages/reports/src/index.ts',
      '../../../packages/store/src/query.ts',
    ),
    'services/headroom/src/index.ts': imports('../../api/src/index.ts', '../../../packages/simulator/src/index.ts'),
  })

  expect(found).toEqual([
    'adapters-stay-apart: packages/trackers/src/jira/client.ts → packages/trackers/src/linear/client.ts',
    'bullmq-only-in-queues: services/api/src/index.ts → node_modules/bullmq/index.js',
    'classification-only-domain: packages/classification/src/index.ts → packages/store/src/index.ts',
    'domain-imports-nothing: packages/domain/src/split.ts → fs',
    'no-circular: packages/queues/src/one.ts → packages/queues/src/two.ts',
    'not-to-unresolvable: packages/trackers/src/linear/client.ts → ./absent.ts',
    'only-public-names: services/analytics/src/index.ts → packages/store/src/query.ts',
    'packages-not-to-services: packages/store/src/index.ts → services/api/src/index.ts',
    'reports-only-in-delivery: services/analytics/src/index.ts → packages/reports/src/index.ts',
    'services-not-to-services: services/digest/src/index.ts → services/api/src/index.ts',
    'simulator-only-in-demo: services/analytics/src/index.ts → packages/simulator/src/index.ts',
    'sql-only-in-store: services/api/src/index.ts → node_modules/pg/index.js',
    'testkit-only-in-tests: services/digest/src/index.ts → packages/testkit/src/index.ts',
    'trackers-only-in-ingest: services/analytics/src/index.ts → packages/trackers/src/index.ts',
  ])
})

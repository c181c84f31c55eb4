// Who may import whom. Each rule says why; `npm run check` fails on a breach. The module count is checked too
// (scripts/check.ts), because a TypeScript parser that is missing would make every rule pass on nothing.
const testFile = '(\\.test\\.ts$|(^|/)test/)'

/** Forbids `path` to everything but `allowed` files and tests. */
const onlyIn = (name, comment, allowed, path) => ({
  name,
  comment,
  severity: 'error',
  from: { pathNot: [...allowed, testFile] },
  to: { path },
})

module.exports = {
  forbidden: [
    {
      name: 'services-not-to-services',
      comment:
        'A service is one process with its own exposure and secrets; what two services share is a package, what one tells another is a row or a job. Only the all-in-one process starts them all.',
      severity: 'error',
      from: { path: '^services/([^/]+)/', pathNot: '^services/headroom/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'packages-not-to-services',
      comment: 'Imports go downwards only: a package that knows its user cannot be used by another.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^services/' },
    },
    {
      name: 'domain-imports-nothing',
      comment:
        'The core is pure, so that every number can be recomputed and tested without a database, a clock or a network.',
      severity: 'error',
      from: { path: '^packages/domain/src/', pathNot: testFile },
      to: { pathNot: '^packages/domain/src/' },
    },
    {
      name: 'classification-only-domain',
      comment:
        'Features, model and rules are pure over the domain types; node:* serves to read the model file and to train.',
      severity: 'error',
      from: { path: '^packages/classification/', pathNot: testFile },
      to: { pathNot: ['^packages/classification/', '^packages/domain/src/index\\.ts$'], dependencyTypesNot: ['core'] },
    },
    {
      name: 'adapters-stay-apart',
      comment:
        'Jira and Linear change at different times for different reasons; a third tracker must be one new folder.',
      severity: 'error',
      from: { path: '^packages/trackers/src/(jira|linear)/' },
      to: { path: '^packages/trackers/src/(jira|linear)/', pathNot: '^packages/trackers/src/$1/' },
    },
    onlyIn(
      'sql-only-in-store',
      'One place writes SQL, so a change of the schema is found by reading one package. Starting a server and cloning test databases is not about our schema.',
      ['^packages/store/', '^packages/postgres/', '^packages/testkit/', '^bench/'],
      '(^|/)node_modules/(drizzle-orm|drizzle-kit|pg|pg-copy-streams)/',
    ),
    onlyIn(
      'bullmq-only-in-queues',
      'The rest of the code knows jobs, not the queue behind them, which runs on Redis or on PostgreSQL.',
      ['^packages/queues/'],
      '(^|/)node_modules/(bullmq|ioredis)/',
    ),
    onlyIn(
      'trackers-only-in-ingest',
      'Credentials of trackers and the shape of their payloads stay where they are read: ingest hydrates, webhooks verifies, the command line tests a connection.',
      ['^packages/trackers/', '^services/(ingest|webhooks|headroom)/'],
      '^packages/trackers/',
    ),
    onlyIn(
      'reports-only-in-delivery',
      'Pages, charts and mail are made where they are handed over.',
      ['^packages/reports/', '^services/(api|digest|headroom)/'],
      '^packages/reports/',
    ),
    onlyIn(
      'simulator-only-in-demo',
      'The simulated trackers must not be reachable from a process that serves real ones.',
      ['^packages/simulator/', '^services/headroom/', '^bench/'],
      '^packages/simulator/',
    ),
    onlyIn(
      'testkit-only-in-tests',
      'Test databases and faults have no place in a running product.',
      ['^packages/testkit/', '^bench/', '/scripts/'],
      '^packages/testkit/',
    ),
    {
      name: 'only-public-names',
      comment: 'What a package does not list in src/index.ts may change without asking anybody.',
      severity: 'error',
      from: { path: '^(packages|services)/([^/]+)/' },
      to: { path: '^(packages|services)/[^/]+/', pathNot: ['^$1/$2/', '^(packages|services)/[^/]+/src/index\\.ts$'] },
    },
    {
      name: 'no-circular',
      comment: 'Two modules that need each other are one module, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'not-to-unresolvable',
      comment: 'What is not found here is not found at run time either, and no rule sees through it.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/node_modules/\\.cache/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
}

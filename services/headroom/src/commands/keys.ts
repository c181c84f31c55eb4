import { UserError } from '@headroom/runtime'
import { type ApiScope, apiScopes, createApiKey, listApiKeys, revokeApiKey } from '@headroom/store'
import type { Command } from 'commander'
import { withHeadroom } from '../cli-context.ts'

export function addKeysCommand(program: Command): void {
  const keys = program.command('keys').description('keys for the API')
  keys
    .command('create <name>')
    .description('make a key; it is shown once, alone on the last line')
    .requiredOption('--scope <scopes>', `comma-separated: ${apiScopes.join(', ')}`)
    .action(async (name: string, options: { scope: string }) => {
      const scopes = options.scope.split(',').map((scope) => scopeNamed(scope.trim()))
      const key = await withHeadroom(({ store }) => createApiKey(store.db, { name, scopes }))
      process.stdout.write(
        `Key "${name}" with scope ${scopes.join(', ')}. Keep it: it is not shown again.\n${key.key}\n`,
      )
    })
  keys
    .command('list')
    .description('all keys, without their secrets')
    .action(async () => {
      const all = await withHeadroom(({ store }) => listApiKeys(store.db))
      if (all.length === 0)
        process.stdout.write('There is no key yet. Make one with: npm run headroom -- keys create\n')
      for (const key of all) {
        const state = key.revokedAt
          ? `revoked ${key.revokedAt.toISOString()}`
          : `last used ${key.lastUsedAt?.toISOString() ?? 'never'}`
        process.stdout.write(`${key.id}  ${key.name}  ${key.scopes.join(',')}  ${state}\n`)
      }
    })
  keys
    .command('revoke <id>')
    .description('end a key, by its id or its name')
    .action(async (idOrName: string) => {
      const revoked = await withHeadroom(async ({ store }) => {
        const key = (await listApiKeys(store.db)).find(
          (k) => !k.revokedAt && (k.id === idOrName || k.name === idOrName),
        )
        return key ? revokeApiKey(store.db, key.id) : false
      })
      if (!revoked)
        throw new UserError(`There is no key ${idOrName} in use. See them with: npm run headroom -- keys list`)
      process.stdout.write('The key no longer opens anything.\n')
    })
}

function scopeNamed(name: string): ApiScope {
  const scope = apiScopes.find((known) => known === name)
  if (!scope) throw new UserError(`There is no scope "${name}". Choose from ${apiScopes.join(', ')}.`)
  return scope
}

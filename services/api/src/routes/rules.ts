import {
  findRuleSets,
  inTransaction,
  listRuleSetVersions,
  publishRules,
  type RuleDraft,
  type RuleSetVersion,
  readRollout,
  readRuleDraft,
  writeAudit,
  writeRuleDraft,
} from '@headroom/store'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ApiApp } from '../api-app.ts'
import type { ApiDeps } from '../api-deps.ts'
import { actorOf } from '../authentication.ts'
import { pageOf, pageQuery, readPage } from '../paging.ts'
import { invalidField, notFound, ProblemError } from '../problem.ts'
import { checkedRules, storedRules } from '../rules/checked-rules.ts'
import { draftBody, draftSchema, ruleSetSchema, versionSchema } from '../rules/rule-schemas.ts'
import { wakeStage } from '../wake-stage.ts'

const versionsShown = 20

/** `/v1/rules`: the organisation's rules, from a draft to a published version. */
export function ruleRoutes(app: ApiApp, deps: ApiDeps): void {
  readRoutes(app, deps)
  draftRoutes(app, deps)
  publishRoute(app, deps)
}

function readRoutes(app: ApiApp, deps: ApiDeps): void {
  const { db } = deps.store
  app.get(
    '/rules',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['rules'],
        summary: 'The rules in force, the draft, the newest versions, and whether all tickets are decided by them',
        response: {
          200: z.object({
            published: ruleSetSchema.meta({ description: 'Version 0 without rules until one is published' }),
            draft: draftSchema,
            versions: z.array(versionSchema).meta({ description: 'Newest first; all of them at /v1/rules/versions' }),
            applied: z.boolean().meta({
              description: 'False while tickets are still looked through for what the newest version changes',
            }),
          }),
        },
      },
    },
    async () => {
      const versions = await listRuleSetVersions(db, { limit: versionsShown, before: null })
      const rollout = await readRollout(db)
      return {
        published: toRuleSet(versions[0]),
        draft: toDraft(await readRuleDraft(db)),
        versions: versions.map(toVersion),
        applied: rollout?.finishedAt !== null && (rollout?.ruleSetVersion ?? 0) === (versions[0]?.version ?? 0),
      }
    },
  )
  app.get(
    '/rules/versions',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['rules'],
        summary: 'Published versions, newest first',
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(versionSchema) },
      },
    },
    async (request) => {
      const page = await readPage<RuleSetVersion, number>({
        query: request.query,
        place: z.int(),
        placeOf: ({ version }) => version,
        read: (limit, before) => listRuleSetVersions(db, { limit, before }),
      })
      return { ...page, data: page.data.map(toVersion) }
    },
  )
  app.get(
    '/rules/versions/:version',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['rules'],
        summary: 'One published version with its rules; it never changes',
        params: z.object({ version: z.coerce.number().int().min(1).max(2_147_483_647) }),
        response: { 200: ruleSetSchema },
      },
    },
    async (request) => {
      const { version } = request.params
      const [found] = await findRuleSets(db, [version])
      if (!found) throw notFound('rule set version', String(version))
      return toRuleSet(found)
    },
  )
}

function draftRoutes(app: ApiApp, deps: ApiDeps): void {
  app.get(
    '/rules/draft',
    {
      config: { scopes: ['read'] },
      schema: {
        tags: ['rules'],
        summary: 'The rules that are being edited; the ETag is their revision',
        response: { 200: draftSchema },
      },
    },
    async (_, reply) => sendDraft(reply, await readRuleDraft(deps.store.db)),
  )
  app.put(
    '/rules/draft',
    {
      config: { scopes: ['write'] },
      schema: {
        tags: ['rules'],
        summary: 'Replace the draft. With If-Match it is refused (412) when somebody else changed it meanwhile',
        body: draftBody,
        response: { 200: draftSchema },
      },
    },
    async (request, reply) => {
      const expected = expectedRevision(request)
      const { rules } = checkedRules(request.body.rules)
      const actor = actorOf(request)
      const draft = await inTransaction(deps.store, async (tx) => {
        const written = await writeRuleDraft(tx, { rules, actor, expected })
        if (written.kind === 'changed') throw draftChanged(written.revision)
        const now = await readRuleDraft(tx)
        const detail = { revision: now.revision, rules: rules.length }
        await writeAudit(tx, { actor, action: 'rules.draft', target: 'draft', detail })
        return now
      })
      return sendDraft(reply, draft)
    },
  )
}

function publishRoute(app: ApiApp, deps: ApiDeps): void {
  app.post(
    '/rules/publish',
    {
      config: { scopes: ['write'] },
      schema: {
        tags: ['rules'],
        summary:
          'Make the draft the rules in force, or go back by publishing an older version again. Tickets that it changes are decided anew',
        body: z
          .strictObject({
            version: z
              .int()
              .min(1)
              .optional()
              .meta({ description: 'Publish this older version again; the draft stays' }),
            note: z.string().trim().min(1).max(2000).optional(),
          })
          .nullish(),
        response: { 200: ruleSetSchema, 201: ruleSetSchema },
      },
    },
    async (request, reply) => {
      const { version: repeat = null, note = null } = request.body ?? {}
      const actor = actorOf(request)
      const expected = expectedRevision(request)
      const result = await inTransaction(deps.store, async (tx) => {
        const published = await publishRules(tx, { actor, note, expected, repeat })
        if (published.kind === 'changed') throw draftChanged(published.revision)
        if (published.kind === 'unknown-version') throw invalidField('version', 'there is no such published version')
        if (published.kind === 'published') {
          const detail = { version: published.version, repeats: repeat, note }
          await writeAudit(tx, { actor, action: 'rules.publish', target: String(published.version), detail })
        }
        return published
      })
      if (result.kind === 'published') await wakeStage(deps, 'classify', {})
      const [ruleSet] = await findRuleSets(deps.store.db, [result.version])
      return reply.code(result.kind === 'published' ? 201 : 200).send(toRuleSet(ruleSet))
    },
  )
}

/** The revision that `If-Match` names; null without one, or for "whatever there is". */
function expectedRevision(request: FastifyRequest): number | null {
  const given = request.headers['if-match']?.trim()
  if (given === undefined || given === '*') return null
  const [, revision] = /^(?:W\/)?"(\d{1,9})"$/.exec(given) ?? []
  if (revision === undefined) throw invalidField('If-Match', 'must be the draft’s revision in quotes, like "3"')
  return Number(revision)
}

function draftChanged(revision: number): ProblemError {
  return new ProblemError(
    'precondition-failed',
    `The draft was changed meanwhile and is at revision ${revision}; read it again, then repeat your change.`,
  )
}

function sendDraft(reply: FastifyReply, draft: RuleDraft): z.infer<typeof draftSchema> {
  reply.header('etag', `"${draft.revision}"`)
  return toDraft(draft)
}

function toDraft(draft: RuleDraft): z.infer<typeof draftSchema> {
  return { ...draft, rules: toRules(storedRules({ version: 0, rules: draft.rules })) }
}

function toRules({ rules }: ReturnType<typeof storedRules>): z.infer<typeof ruleSetSchema>['rules'] {
  return rules.map((rule) => ({ ...rule, when: { ...rule.when } }))
}

function toRuleSet(set: RuleSetVersion | undefined): z.infer<typeof ruleSetSchema> {
  if (!set) return { version: 0, basedOn: null, note: null, rules: [], publishedAt: null, publishedBy: null }
  return { ...set, rules: toRules(storedRules(set)) }
}

function toVersion({ rules, ...version }: RuleSetVersion): z.infer<typeof versionSchema> {
  return { ...version, ruleCount: Array.isArray(rules) ? rules.length : 0 }
}

import { setTimeout as pause } from 'node:timers/promises'
import type { Digest, EpochMs, Period } from '@headroom/domain'
import { type DigestLinks, type DigestMail, digestMail } from '@headroom/reports'
import type { Logger } from '@headroom/runtime'
import {
  bounceDigestSubscription,
  claimDigest,
  type Db,
  type DigestSubscription,
  finishDigest,
  giveUpAbandonedDigests,
  listActiveDigestSubscriptions,
  readDigestStates,
  type Store,
} from '@headroom/store'
import { dueWeek } from './due.ts'
import type { Mailer } from './mailer.ts'
import type { SendOutcome } from './send-outcome.ts'

/** What writing a digest takes. */
export interface DigestSource {
  readonly store: Store
  /** Reads what the mail says. Empty `teamIds`: all teams. */
  readonly readDigest: (db: Db, args: { readonly teamIds: readonly string[]; readonly week: Period }) => Promise<Digest>
  /** Address under which the subscribers reach the pages, without a slash at its end. */
  readonly publicUrl: string
  /** Where a subscription ends itself with one click (RFC 8058: a POST there, without any key). */
  readonly unsubscribeUrl: (subscriptionId: string) => string
}

/** What sending takes beside it. */
export interface DigestDeps extends DigestSource {
  readonly mailer: Mailer
  readonly log: Logger
}

/** How many subscriptions came to what. */
export interface DigestRun {
  readonly sent: number
  readonly refused: number
  /** Nothing was sent; tried again later. */
  readonly deferred: number
  /** May have been sent, and is not sent again. */
  readonly unknown: number
  /** Their week had been settled before this run. */
  readonly already: number
  /** Another process is at them, and was not done when this run ended. */
  readonly elsewhere: number
}

/** A claim this old was left behind: no sending takes longer than the mail server's time limits together. */
const abandonedAfterMs = 15 * 60_000
const retryAfterMs = 15 * 60_000
/** How long a run that somebody waits for waits for the mails that another process is sending. */
const waitForOthersMs = 30_000

/** Sends the last complete week to every active subscription whose weekday and hour have come. Safe to run anywhere, any time. */
export async function sendDueDigests(deps: DigestDeps, now: EpochMs): Promise<DigestRun> {
  return sendDigests(deps, now, { dueOnly: true, retryAfterMs, waitForOthersMs: 0 })
}

/** Sends the last complete week to every active subscription that has not had it, now; what was deferred is tried at once. */
export async function sendDigestsNow(deps: DigestDeps, now: EpochMs): Promise<DigestRun> {
  return sendDigests(deps, now, { dueOnly: false, retryAfterMs: 0, waitForOthersMs })
}

/** The mail as it would be sent for a week; sends nothing. */
export async function previewDigest(
  source: DigestSource,
  { teamIds, week }: { readonly teamIds: readonly string[]; readonly week: Period },
): Promise<DigestMail> {
  const digest = await source.readDigest(source.store.db, { teamIds, week })
  return digestMail(digest, linksOf(source, { id: 'preview', teamIds }, week))
}

interface Round {
  readonly dueOnly: boolean
  readonly retryAfterMs: number
  readonly waitForOthersMs: number
}

async function sendDigests(deps: DigestDeps, now: EpochMs, round: Round): Promise<DigestRun> {
  const { store, log } = deps
  for (const claim of await giveUpAbandonedDigests(store.db, abandonedAfterMs)) {
    log.warn(claim, 'a digest was left behind half sent; it is not sent again')
  }
  const subscriptions = (await listActiveDigestSubscriptions(store.db)).flatMap((subscription) => {
    const planned = plan(deps, subscription, now)
    return planned && (!round.dueOnly || planned.dueAt <= now) ? [{ subscription, week: planned.week }] : []
  })
  const states = await readDigestStates(
    store.db,
    subscriptions.map(({ subscription, week }) => ({ subscriptionId: subscription.id, week: week.label })),
  )
  const run = { sent: 0, refused: 0, deferred: 0, unknown: 0, already: 0, elsewhere: 0 }
  const readOnce = onceEach(deps)
  for (const { subscription, week } of subscriptions) {
    const state = states.get(subscription.id)
    if (state === 'sent' || state === 'refused' || state === 'unknown') run.already++
    else run[await sendOne({ ...deps, readDigest: readOnce }, subscription, week, round)]++
  }
  return run
}

function plan({ log }: DigestDeps, subscription: DigestSubscription, now: EpochMs) {
  try {
    return dueWeek(subscription, now)
  } catch (error) {
    log.error({ err: error, subscriptionId: subscription.id }, 'a digest subscription has no valid time zone')
    return null
  }
}

async function sendOne(
  deps: DigestDeps,
  subscription: DigestSubscription,
  week: Period,
  round: Round,
): Promise<keyof DigestRun> {
  const { store, log } = deps
  const claim = { subscriptionId: subscription.id, week: week.label }
  if (!(await claimDigest(store.db, { ...claim, retryAfterMs: round.retryAfterMs }))) {
    return outcomeElsewhere(store.db, claim, round.waitForOthersMs)
  }
  const outcome = await deliver(deps, subscription, week)
  await finishDigest(store.db, { ...claim, ...outcome })
  const logged = { ...claim, detail: outcome.detail }
  if (outcome.state === 'sent') log.info(logged, 'digest sent')
  else log.warn({ ...logged, state: outcome.state }, 'digest not sent')
  if (outcome.state === 'refused' && (await bounceDigestSubscription(store.db, subscription.id))) {
    log.warn(claim, 'digest subscription ended: its address refused three weeks in a row')
  }
  return outcome.state
}

/** What the process that got the claim made of it, as far as that is known in time. */
async function outcomeElsewhere(
  db: Db,
  claim: { readonly subscriptionId: string; readonly week: string },
  waitMs: number,
): Promise<'already' | 'deferred' | 'elsewhere'> {
  for (const until = Date.now() + waitMs; ; await pause(250)) {
    const state = (await readDigestStates(db, [claim])).get(claim.subscriptionId)
    if (state === 'deferred') return 'deferred'
    if (state !== 'claimed') return 'already'
    if (Date.now() >= until) return 'elsewhere'
  }
}

/** Until the mailer is called nothing has left, so a failure before is one to try again. */
async function deliver(deps: DigestDeps, subscription: DigestSubscription, week: Period): Promise<SendOutcome> {
  const links = linksOf(deps, subscription, week)
  let mail: DigestMail
  try {
    mail = await digestMail(await deps.readDigest(deps.store.db, { teamIds: subscription.teamIds, week }), links)
  } catch (error) {
    deps.log.error({ err: error, subscriptionId: subscription.id }, 'a digest could not be written')
    return { state: 'deferred', detail: 'The email could not be written; the log says why. It is tried again.' }
  }
  return deps.mailer.send({
    ...mail,
    to: subscription.email,
    unsubscribeUrl: links.unsubscribeUrl,
    messageKey: `digest.${subscription.id}.${week.label}`,
  })
}

function linksOf(
  source: DigestSource,
  subscriber: Pick<DigestSubscription, 'id' | 'teamIds'>,
  week: Period,
): DigestLinks {
  const [team, ...others] = subscriber.teamIds
  const query = new URLSearchParams({ period: week.label, ...(team && others.length === 0 ? { team } : {}) })
  return { reportUrl: `${source.publicUrl}/report?${query}`, unsubscribeUrl: source.unsubscribeUrl(subscriber.id) }
}

/** Subscribers of the same teams share one reading in a run; a failed one is not kept. */
function onceEach({ readDigest }: DigestSource): DigestSource['readDigest'] {
  const readings = new Map<string, Promise<Digest>>()
  return (db, args) => {
    const key = JSON.stringify([args.week.label, [...args.teamIds].sort()])
    const known = readings.get(key)
    if (known) return known
    const reading = readDigest(db, args)
    readings.set(key, reading)
    reading.catch(() => readings.delete(key))
    return reading
  }
}

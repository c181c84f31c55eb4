import { openStore, type Store } from '@headroom/store'

/** Thrown by every query of a process that has been killed; nothing it does after that reaches the database. */
export class KilledError extends Error {
  override name = 'KilledError'
}

/** A process's store, and the process's death at one of the moments that matter: next to a commit. */
export interface MortalStore extends Store {
  /** Dies at the `nth` commit from now on (from 0), just before it or just after it is durable. */
  killAt(nth: number, side: 'before' | 'after'): void
  readonly isDead: boolean
  /** Another process takes over, over the same database. */
  revive(): void
  /** Commits so far. */
  readonly commits: number
}

type Query = (...args: unknown[]) => unknown

/**
 * A store that can be killed. A transaction's COMMIT and a writing statement outside of one are what becomes durable, so
 * before and after each of them are all the moments at which a kill -9 makes a difference. `onDeath` may end the process for good.
 */
export function openMortalStore(url: string, onDeath: () => void = () => {}): MortalStore {
  const store = openStore({ url, connectionsMax: 4 })
  let left = Number.POSITIVE_INFINITY
  let side: 'before' | 'after' = 'before'
  let dead = false
  let commits = 0
  const die = () => {
    dead = true
    onDeath()
  }

  function mortal(query: Query): Query {
    let inTransaction = false
    return (...args) => {
      const callback = args.at(-1)
      const fail = () => {
        const error = new KilledError('This process was killed.')
        if (typeof callback !== 'function') return Promise.reject(error)
        return void process.nextTick(callback, error)
      }
      if (dead) return fail()
      const text = textOf(args[0])
      if (text === 'BEGIN') inTransaction = true
      const isCommit = text === 'COMMIT' || (!inTransaction && /^\s*(insert|update|delete|with)\b/i.test(text))
      if (text === 'COMMIT' || text === 'ROLLBACK') inTransaction = false
      if (!isCommit) return query(...args)
      commits += 1
      left -= 1
      if (left !== -1) return query(...args)
      const dieNow = () => {
        die()
        return fail()
      }
      if (side === 'before') return dieNow()
      // Durable first, then dead: the answer never arrives.
      if (typeof callback === 'function') return query(...args.slice(0, -1), dieNow)
      return (query(...args) as Promise<unknown>).then(dieNow)
    }
  }
  store.pool.on('connect', (client) => {
    client.query = mortal(client.query.bind(client) as Query) as typeof client.query
  })
  return {
    ...store,
    killAt(nth, where) {
      left = nth
      side = where
    },
    get isDead() {
      return dead
    },
    get commits() {
      return commits
    },
    revive() {
      dead = false
      left = Number.POSITIVE_INFINITY
    },
  }
}

function textOf(query: unknown): string {
  if (typeof query === 'string') return query
  return typeof query === 'object' && query !== null && 'text' in query ? String(query.text) : ''
}

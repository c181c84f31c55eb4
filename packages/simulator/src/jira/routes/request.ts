import type { FastifyRequest } from 'fastify'
import { JiraRefusal } from '../errors.ts'

/** Query parameters as Jira reads them: a name may be repeated. */
export interface JiraQuery {
  /** All values of a name, in order. */
  all(name: string): string[]
  text(name: string): string | undefined
  /** Refuses what is not a whole number. */
  integer(name: string, fallback: number): number
}

export function queryOf(request: FastifyRequest): JiraQuery {
  const query = request.query as Record<string, string | string[] | undefined>
  const all = (name: string) => {
    const value = query[name]
    return value === undefined ? [] : Array.isArray(value) ? value : [value]
  }
  return {
    all,
    text: (name) => all(name)[0],
    integer: (name, fallback) => {
      const text = all(name)[0]
      if (text === undefined || text === '') return fallback
      if (!/^-?\d+$/.test(text)) throw new JiraRefusal(400, `The value '${text}' of '${name}' is not a whole number.`)
      return Number(text)
    },
  }
}

/** The version in the address (`latest` is 2 on both kinds). */
export function versionOf(request: FastifyRequest): 2 | 3 {
  return request.url.includes('/rest/api/3/') ? 3 : 2
}

/** A page by offset in Jira's page bean. */
export function pageBean<T>(list: readonly T[], startAt: number, maxResults: number, self: string) {
  const values = list.slice(startAt, startAt + maxResults)
  const isLast = startAt + values.length >= list.length
  return {
    self,
    ...(isLast ? {} : { nextPage: nextPageAddress(self, startAt + values.length, maxResults) }),
    maxResults,
    startAt,
    total: list.length,
    isLast,
    values,
  }
}

function nextPageAddress(self: string, startAt: number, maxResults: number): string {
  const address = new URL(self)
  address.searchParams.set('startAt', String(startAt))
  address.searchParams.set('maxResults', String(maxResults))
  return address.href
}

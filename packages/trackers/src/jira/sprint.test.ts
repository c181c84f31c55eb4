import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { currentSprintLast, parseSprint } from './sprint.ts'

const known =
  /(^|,)(id|rapidViewId|state|name|startDate|endDate|completeDate|activatedDate|sequence|goal|autoStartStop|synced|incompleteIssuesDestinationId)=/

describe("Data Center's sprint text", () => {
  it('is read whatever the name and goal contain and wherever the id stands', () => {
    const words = fc.string({ maxLength: 30 }).filter((s) => s !== '' && s !== '<null>' && !known.test(`,${s}`))
    fc.assert(
      fc.property(fc.nat(), words, words, fc.boolean(), (id, name, goal, isIdFirst) => {
        const rest = `rapidViewId=16,state=ACTIVE,name=${name},goal=${goal},startDate=2015-06-22T13:39:01.220+02:00,endDate=<null>,completeDate=`
        const inside = isIdFirst ? `id=${id},${rest}` : `${rest},id=${id}`

        const sprint = parseSprint(`com.atlassian.greenhopper.service.sprint.Sprint@d8d2756[${inside}]`)

        expect(sprint).toEqual({
          id: String(id),
          name,
          state: 'active',
          startsAt: Date.UTC(2015, 5, 22, 11, 39, 1, 220),
          endsAt: null,
          completedAt: null,
        })
      }),
    )
  })

  it('is no sprint without an id, and never throws', () => {
    expect(parseSprint('Sprint@1[name=A]')).toBeNull()
    fc.assert(fc.property(fc.anything(), (value) => void parseSprint(value)))
  })

  it('does not fail on dates that people typed', () => {
    expect(parseSprint({ id: 4, name: 'A', state: 'closed', startDate: '51502-01-01T00:00:00.000Z' })).toEqual({
      id: '4',
      name: 'A',
      state: 'closed',
      startsAt: null,
      endsAt: null,
      completedAt: null,
    })
  })
})

it('puts the running sprint last, before it the planned ones, before them the closed ones by their end', () => {
  const sprint = (id: string, state: 'future' | 'active' | 'closed', endsAt: number | null) => ({
    id,
    name: id,
    state,
    startsAt: null,
    endsAt,
    completedAt: null,
  })

  const sorted = currentSprintLast([
    sprint('3', 'active', 9),
    sprint('4', 'future', null),
    sprint('2', 'closed', 5),
    sprint('1', 'closed', 7),
  ])

  expect(sorted.map((s) => s.id)).toEqual(['2', '1', '4', '3'])
})

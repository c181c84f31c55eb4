import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { JiraContext } from '../jira/context.ts'
import { renderSprintField } from '../jira/render-sprint.ts'
import type { JiraSprint } from '../jira/site.ts'
import { parseSprintText } from './sprint-text.ts'

it('reads back every sprint from its text, whatever stands in the name and the goal', () => {
  // A text that itself contains ',state=' cannot be told apart; '' and '<null>' both mean nothing.
  const free = fc.string({ minLength: 1 }).filter((text) => !/[,[]\w+=/.test(text) && text !== '<null>')
  const date = fc.option(fc.constantFrom('2015-06-22T13:39:01.220+02:00', '2014-01-17T21:22:55.111Z'), { nil: null })
  const sprints: fc.Arbitrary<JiraSprint> = fc.record({
    id: fc.nat(),
    name: free,
    state: fc.constantFrom('future', 'active', 'closed'),
    startDate: date,
    endDate: date,
    completeDate: date,
    originBoardId: fc.nat(),
    goal: fc.option(free, { nil: null }),
  })

  fc.assert(
    fc.property(sprints, (sprint) => {
      const context = { site: { kind: 'dc', sprints: [sprint] } } as unknown as JiraContext
      const [text] = renderSprintField(context, [sprint.id]) as string[]
      expect(parseSprintText(text ?? '')).toEqual(sprint)
    }),
  )
})

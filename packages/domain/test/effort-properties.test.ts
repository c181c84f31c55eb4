import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Claim, Effort, EffortCell, LocalDate, PersonForEffort, TicketForEffort } from '../src/index.ts'
import { defaultEffortSettings, diffClaims, measureEffort, peopleByAccount, ticketClaims } from '../src/index.ts'
import { Ledger } from './ledger.ts'
import {
  anyTicket,
  anyWorld,
  bot,
  botAccount,
  calendar,
  commented,
  forEffort,
  horizonStart,
  moved,
  peopleOf,
  person,
  statuses,
  ticketIds,
  type World,
} from './worlds.ts'

const settings = defaultEffortSettings

function measure(
  world: World,
  over: Partial<{ tickets: readonly TicketForEffort[]; people: readonly PersonForEffort[] }> = {},
): Effort {
  return measureEffort(over.tickets ?? world.tickets, over.people ?? peopleOf(world), settings, world.asOf)
}

function sumBy<T>(items: readonly T[], key: (item: T) => string, value: (item: T) => number): Map<string, number> {
  const sums = new Map<string, number>()
  for (const item of items) sums.set(key(item), (sums.get(key(item)) ?? 0) + value(item))
  return sums
}

const personDay = (x: { personId: string; day: string }) => `${x.personId} ${x.day}`
const rules = ['units', 'unitsEqual', 'unitsPoints'] as const

describe('effort, in any world', () => {
  it("never counts a person's day more than once, and tracked and untracked make up the capacity", () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const { cells, personDays } = measure(world)
        const capacity = sumBy(personDays, personDay, (d) => d.capacityUnits)

        expect(capacity.size).toBe(personDays.length)
        for (const rule of rules) {
          const tracked = sumBy(cells, personDay, (cell) => cell[rule])
          for (const [key, units] of tracked) expect(units).toBeLessThanOrEqual(capacity.get(key) ?? 0)
          for (const d of personDays) expect(tracked.get(personDay(d)) ?? 0).toBe(d.trackedUnits)
        }
        for (const { units } of cells) expect(Number.isSafeInteger(units) && units >= 0).toBe(true)
        for (const d of personDays) expect(d.day <= world.asOf).toBe(true)
      }),
    )
  })

  it('does not depend on the order of tickets, people or events', () => {
    const shuffled = anyWorld.chain((world) =>
      fc.record({
        world: fc.constant(world),
        tickets: fc.shuffledSubarray([...world.tickets], { minLength: world.tickets.length }),
        people: fc.shuffledSubarray(peopleOf(world), { minLength: world.people.length + 1 }),
      }),
    )
    fc.assert(
      fc.property(shuffled, ({ world, tickets, people }) => {
        const turned = tickets.map((t) => ({
          ...t,
          transitions: [...t.transitions].reverse(),
          activities: [...t.activities].reverse(),
          worklogs: [...t.worklogs].reverse(),
        }))
        expect(measure(world, { tickets: turned, people })).toEqual(measure(world))
      }),
    )
  })

  it('changes nothing when the same ticket is read again', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const people = peopleByAccount(peopleOf(world))
        for (const t of world.tickets) {
          const read = () => ({
            groupId: t.groupId,
            claims: ticketClaims(structuredClone(t), people, settings, world.asOf),
          })
          expect(diffClaims(read(), read())).toEqual([])
        }
      }),
    )
  })

  it('is the same when only what changed is shared again as when all is measured from the start', () => {
    const edit = fc
      .nat(ticketIds.length - 1)
      .chain((i) =>
        fc.oneof(
          { weight: 4, arbitrary: anyTicket(ticketIds[i] ?? 't0', ['t0', 't1']) },
          { weight: 1, arbitrary: fc.constant(ticketIds[i] ?? 't0') },
        ),
      )
    fc.assert(
      fc.property(anyWorld, fc.array(edit, { maxLength: 12 }), (world, edits) => {
        const ledger = new Ledger(peopleOf(world), settings, world.asOf)
        const tickets = new Map(world.tickets.map((t) => [t.id, t]))
        for (const t of world.tickets) ledger.put(t.id, t)
        for (const change of edits) {
          const id = typeof change === 'string' ? change : change.id
          if (typeof change === 'string') tickets.delete(id)
          else tickets.set(id, change)
          ledger.put(id, tickets.get(id) ?? null)
        }
        expect(ledger.effort()).toEqual(measure(world, { tickets: [...tickets.values()] }))
      }),
    )
  })

  it('is back where it was when a ticket is deleted and restored', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const ledger = new Ledger(peopleOf(world), settings, world.asOf)
        for (const t of world.tickets) ledger.put(t.id, t)
        const before = ledger.effort()
        for (const t of world.tickets) {
          ledger.put(t.id, { ...t, deletedAt: horizonStart })
          ledger.put(t.id, t)
        }
        expect(ledger.effort()).toEqual(before)
      }),
      { numRuns: 50 },
    )
  })

  it('is untouched by a ticket that was never in progress', () => {
    const idle = anyTicket('idle', []).map((t) => {
      const plain = (category: 'todo' | 'done') => ({ fromCategory: category, toCategory: category })
      return {
        ...t,
        status: statuses.done,
        worklogs: [],
        transitions: t.transitions.map((x) => (x.field === 'status' ? { ...x, ...plain('todo') } : x)),
      }
    })
    fc.assert(
      fc.property(anyWorld, idle, (world, extra) => {
        expect(measure(world, { tickets: [...world.tickets, extra] })).toEqual(measure(world))
      }),
    )
  })

  it('is zero on a day away, and follows part-time in proportion', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const full = world.people.map((p) => ({ ...p, person: { ...p.person, fte: 1 } }))
        const half = world.people.map((p) => ({ ...p, person: { ...p.person, fte: 0.5 } }))
        const noWorklogs = world.tickets.map((t) => ({ ...t, worklogs: [] }))
        const key = (cell: EffortCell) => `${personDay(cell)} ${cell.ticketId}`
        const fullCells = sumBy(measure({ ...world, people: full, tickets: noWorklogs }).cells, key, (c) => c.units)
        const halfCells = sumBy(measure({ ...world, people: half, tickets: noWorklogs }).cells, key, (c) => c.units)

        for (const [cell, units] of fullCells)
          expect(Math.abs((halfCells.get(cell) ?? 0) - units / 2)).toBeLessThanOrEqual(3)
        for (const { person: who } of world.people) {
          for (const away of who.absences.filter((a) => a.fraction === 1)) {
            const on = [...fullCells.keys()].filter(
              (k) => k.startsWith(who.id) && k.slice(3, 13) >= away.from && k.slice(3, 13) <= away.to,
            )
            expect(on).toEqual([])
          }
        }
      }),
    )
  })

  it('is the same when all clocks and all times are shifted together', () => {
    const inZone = (world: World, timeZone: string, shiftHours: number) => {
      const shift = <T extends { readonly at: number }>(x: T): T => ({ ...x, at: x.at + shiftHours * 3_600_000 })
      return {
        ...world,
        people: world.people.map((p) => ({ ...p, person: { ...p.person, timeZone } })),
        tickets: world.tickets.map((t) => ({
          ...t,
          createdAt: t.createdAt + shiftHours * 3_600_000,
          transitions: t.transitions.map(shift),
          activities: t.activities.map(shift),
          worklogs: t.worklogs.map((w) => ({ ...w, startedAt: w.startedAt + shiftHours * 3_600_000 })),
        })),
      }
    }
    fc.assert(
      fc.property(anyWorld, fc.constantFrom(-12, -7, 1, 13), (world, hours) => {
        // The sign in Etc/GMT names is the other way round: Etc/GMT-13 is thirteen hours ahead of UTC.
        const zone = hours > 0 ? `Etc/GMT-${hours}` : `Etc/GMT+${-hours}`
        expect(measure(inZone(world, zone, -hours))).toEqual(measure(inZone(world, 'UTC', 0)))
      }),
    )
  })

  it('of a ticket is never lowered on a day by more evidence on that ticket on that day', () => {
    fc.assert(
      fc.property(anyWorld, fc.nat(54 * 24 * 60), (world, minute) => {
        const at = horizonStart + minute * 60_000
        const [first, ...others] = world.tickets
        if (first === undefined) return
        const richer = { ...first, activities: [...first.activities, commented(at)] }
        const after = measure(world, { tickets: [richer, ...others] })
        for (const who of peopleOf(world)) {
          const day = who.workingTime.dayOf(at)
          const on = (effort: Effort) =>
            effort.cells.find(
              (c) =>
                c.personId === who.workingTime.personId &&
                Date.parse(c.day) / 86_400_000 === day &&
                c.ticketId === first.id,
            )?.units ?? 0
          expect(on(after)).toBeGreaterThanOrEqual(on(measure(world)) - 2)
        }
      }),
    )
  })

  it('of a merged person never exceeds one day, and un-merging gives the two people back', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const [ann, ben, ...rest] = world.people
        if (ann === undefined || ben === undefined) return
        const before = measure(world)
        const merged = measure({
          ...world,
          people: [{ ...ann, accountIds: [...ann.accountIds, ...ben.accountIds] }, ...rest],
        })
        for (const d of merged.personDays) expect(d.trackedUnits).toBeLessThanOrEqual(d.capacityUnits)
        expect(merged.personDays.some((d) => d.personId === ben.person.id)).toBe(false)
        expect(measure(world)).toEqual(before)
      }),
      { numRuns: 50 },
    )
  })
})

describe('cutting work up', () => {
  const other = fc.tuple(anyTicket('o1', []), anyTicket('o2', []))
  const ann = { person: person(), calendar: calendar(), accountIds: ['a0', 'b0'] }
  const people = [forEffort(ann), bot]
  const whole = anyTicket('t', []).map((t) => ({
    ...t,
    assigneeAccountId: 'a0',
    transitions: t.transitions.filter((x) => x.field === 'status'),
  }))

  it('into sub-tasks under one parent takes no more and no less of any day', () => {
    fc.assert(
      fc.property(whole, other, fc.integer({ min: 1, max: 5 }), (t, others, count) => {
        const plain = { ...t, groupId: 't', worklogs: [] }
        const parts = Array.from({ length: count }, (_, i) => ({ ...plain, id: `t-${i}` }))
        const one = dayTotals([plain, ...others], people, (id) => id === 't')
        const many = dayTotals([plain, ...parts, ...others], people, (id) => id.startsWith('t'))
        expect(many).toEqual(one)
      }),
    )
  })

  it('into one ticket after another at a day boundary takes no more and no less of any day', () => {
    fc.assert(
      fc.property(whole, other, fc.integer({ min: 1, max: 54 }), (t, others, days) => {
        const cut = horizonStart + days * 86_400_000
        // A new ticket is a sign of life, so the whole one has one on that day as well.
        const base = {
          ...t,
          groupId: 't',
          activities: [...t.activities.filter((a) => a.kind !== 'other-edit'), commented(cut)],
          worklogs: [],
        }
        if (base.createdAt >= cut) return
        const [first, second] = cutAt(base, cut)
        const one = dayTotals([base, ...others], people, (id) => id === 't')
        const two = dayTotals([first, second, ...others], people, (id) => id.startsWith('t'))
        expect([...two.keys()].sort()).toEqual([...one.keys()].sort())
        for (const [day, units] of two) expect(Math.abs(units - (one.get(day) ?? 0))).toBeLessThanOrEqual(1)
      }),
    )
  })
})

function dayTotals(
  tickets: readonly TicketForEffort[],
  people: readonly PersonForEffort[],
  mine: (id: string) => boolean,
): Map<LocalDate, number> {
  const { cells } = measureEffort(tickets, people, settings, '2026-04-26')
  return sumBy(
    cells.filter((c) => mine(c.ticketId)),
    (c) => c.day,
    (c) => c.units,
  )
}

/** The same work as two tickets: the first is done when the second begins in the status that the whole one had. */
function cutAt(t: TicketForEffort, cut: number): [TicketForEffort, TicketForEffort] {
  const before = t.transitions.filter((x) => x.at <= cut)
  const after = t.transitions.filter((x) => x.at > cut)
  const last = before.at(-1)
  const next = t.transitions.find((x) => x.at > cut)
  const status =
    last !== undefined
      ? { id: last.to ?? '', name: last.toName ?? '', category: last.toCategory ?? 'todo' }
      : next !== undefined
        ? { id: next.from ?? '', name: next.fromName ?? '', category: next.fromCategory ?? 'todo' }
        : t.status
  return [
    {
      ...t,
      id: 't-1',
      groupId: 't-1',
      transitions: status.id === statuses.done.id ? before : [...before, moved(cut, status, statuses.done, botAccount)],
      status: statuses.done,
      activities: t.activities.filter((a) => a.at < cut),
    },
    {
      ...t,
      id: 't-2',
      groupId: 't-2',
      createdAt: cut,
      transitions: after,
      activities: t.activities.filter((a) => a.at >= cut),
    },
  ]
}

it('claims say of a ticket alone what it says beside others', () => {
  fc.assert(
    fc.property(anyWorld, (world) => {
      const people = peopleByAccount(peopleOf(world))
      const own = (t: TicketForEffort): Claim[] => ticketClaims(t, people, settings, world.asOf)
      for (const t of world.tickets) {
        for (const claim of own(t)) {
          expect(
            Object.values(claim.weights).every(Number.isSafeInteger) && Number.isSafeInteger(claim.loggedSeconds),
          ).toBe(true)
          expect(claim.weights.default > 0 || claim.loggedSeconds > 0).toBe(true)
        }
      }
    }),
    { numRuns: 50 },
  )
})

import { type FactoryFacts, factorySigns, type SignDefinition } from './factory-signs.ts'

/** A sign of the feature factory over a window. */
export interface FactorySign extends SignDefinition {
  /** Null when it can't be said; `why` then says what is missing. */
  readonly value: number | null
  readonly state: 'healthy' | 'watch' | 'alarming' | 'cannot-say'
  readonly why: string | null
  /** Its value in earlier windows of the same length, oldest first. */
  readonly trend: readonly (number | null)[]
  /** Tickets that show it, those that weigh most first. */
  readonly ticketIds: readonly string[]
}

/** All signs over a window, each with its values in earlier windows, oldest first. */
export function featureFactorySigns(window: FactoryFacts, earlier: readonly FactoryFacts[]): FactorySign[] {
  return factorySigns.map(({ find, ...definition }) => {
    const finding = find(window)
    const trend = earlier.map((facts) => {
      const before = find(facts)
      return 'value' in before ? before.value : null
    })
    if ('why' in finding)
      return { ...definition, value: null, state: 'cannot-say', why: finding.why, trend, ticketIds: [] }
    return { ...definition, ...finding, state: stateOf(finding.value, definition), why: null, trend }
  })
}

function stateOf(value: number, { healthy, alarming }: SignDefinition): FactorySign['state'] {
  if (value <= healthy) return 'healthy'
  return value >= alarming ? 'alarming' : 'watch'
}

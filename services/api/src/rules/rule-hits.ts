import type { Rule } from '@headroom/classification'
import type { WorkType } from '@headroom/domain'

/** What a rule does among the others. */
export interface RuleHits {
  readonly id: string
  readonly name: string
  readonly workType: WorkType
  /** Tickets that it matches, and of these the ones for which no rule before it does. */
  readonly matches: number
  readonly decides: number
  /** `shadowed`: it matches, but rules before it always match first. */
  readonly state: 'in-use' | 'never-matches' | 'shadowed'
  /** The rules before it that match first, the most frequent first. */
  readonly hiddenBy: readonly { readonly id: string; readonly name: string; readonly tickets: number }[]
}

const hidersMax = 5

/** Counts which rules match and which of them come first. */
export function ruleHits(rules: readonly Rule[]): { count(matching: readonly Rule[]): void; all(): RuleHits[] } {
  const tallies = new Map(rules.map((rule) => [rule.id, { matches: 0, decides: 0, hidden: new Map<string, number>() }]))
  return {
    count(matching) {
      const [first] = matching
      for (const { id } of matching) {
        const tally = tallies.get(id)
        if (!tally || !first) continue
        tally.matches += 1
        if (id === first.id) tally.decides += 1
        else tally.hidden.set(first.id, (tally.hidden.get(first.id) ?? 0) + 1)
      }
    },
    all: () =>
      rules.map(({ id, name, workType }) => {
        const { matches = 0, decides = 0, hidden = new Map<string, number>() } = tallies.get(id) ?? {}
        const hiddenBy = [...hidden]
          .sort((a, b) => b[1] - a[1])
          .slice(0, hidersMax)
          .map(([other, tickets]) => ({ id: other, name: rules.find((r) => r.id === other)?.name ?? other, tickets }))
        const state = decides > 0 ? 'in-use' : matches > 0 ? 'shadowed' : 'never-matches'
        return { id, name, workType, matches, decides, state, hiddenBy }
      }),
  }
}

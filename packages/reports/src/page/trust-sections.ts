import type { LeadershipReport } from '@headroom/domain'
import { html, type Markup } from '../markup.ts'
import { formatCount, formatPercent, formatTarget } from '../numbers.ts'
import { couldMove, findingWord } from '../words.ts'
import { section } from './page-parts.ts'

/** What is wrong with the data, and which tracker could not be read. Said also when nothing is. */
export function dataSection({ dataQuality, connections }: LeadershipReport): Markup {
  const findings = dataQuality.map(
    ({ finding, count, what, movesShare, basis }) =>
      html`<li><h3>${findingWord(finding)}: <span class="n">${formatCount(count)}</span></h3><p class="quiet">${what} ${couldMove(movesShare, basis)}</p></li>`,
  )
  const sources = connections.map(
    ({ name, state, problem }) =>
      html`<li><b>${name}</b><span class="state">${state}</span>${problem && html`<p class="problem">${problem}</p>`}</li>`,
  )
  return html`<div class="two">${section(
    'Data quality',
    'What was found in the trackers that can bend the number.',
    findings.length > 0 ? html`<ul class="findings">${findings}</ul>` : html`<p class="quiet">Nothing was found.</p>`,
  )}${section(
    'Trackers',
    'Where the tickets come from, and whether they could be read.',
    sources.length > 0
      ? html`<ul class="connections">${sources}</ul>`
      : html`<p class="quiet">No tracker is connected, so there is nothing to measure.</p>`,
  )}</div>`
}

/** How the number is made and what it can't tell, for whoever has to defend it. */
export function methodSection({ method, total }: LeadershipReport): Markup {
  const parts: readonly (readonly [string, string])[] = [
    [
      'Effort',
      'Each working day of a person is shared among the tickets that were active and assigned to them on that day. Effort belongs to the day on which it was spent, not to the day on which the ticket was closed. Nobody types it in, and story points play no part.',
    ],
    [
      'Classification',
      `A person's decision comes before the organisation's rules, these before the parent's decision, that before the model (${method.modelVersion}, rule set ${method.ruleSetVersion}). The split sums calibrated probabilities, not hard labels. What is not sure enough stays unclassified and stays in the denominator.`,
    ],
    [
      'Interval and verdict',
      `The interval holds with ${formatPercent(method.level)} confidence. The verdict compares it with the target of ${formatTarget(total.target)}, which is this organisation's own; no benchmark of other companies is behind it. Where the doubt is too large the verdict is "cannot say".`,
    ],
    [
      'What it does not tell',
      'Whether the work was worth doing, how hard anyone worked, or what happened outside the trackers. Nothing is measured or shown per person. A share of effort says where time went, not what came of it.',
    ],
  ]
  return section(
    'How this number is made, and what it cannot tell',
    null,
    html`<div class="prose">${parts.map(([title, text]) => html`<div><h3>${title}</h3><p>${text}</p></div>`)}</div>`,
  )
}

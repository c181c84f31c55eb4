import type { Verdict } from '@headroom/domain'
import { escapeText, html, type Markup, raw } from '../markup.ts'
import { verdictWords } from '../words.ts'

/** A verdict as a pill: sign, word and colour say the same. */
export function verdictPill(verdict: Verdict): Markup {
  const { word, sign } = verdictWords[verdict]
  return html`<span class="verdict ${verdict}"><i aria-hidden="true">${sign}</i>${word}</span>`
}

/** A sentence in which a number stays on one line with its unit. */
export function sentence(text: string): Markup {
  return raw(
    escapeText(text).replace(
      /[+−±]?\d[\d.,–]* (?:%|points?|person-days)|\d{4}-[QW]?\d\d?(?:-\d\d)?|λ = [\d.]+/g,
      '<span class="n">$&</span>',
    ),
  )
}

/** A titled part of the page. */
export function section(title: string, about: string | null, body: Markup, extra = ''): Markup {
  return html`<section class="card${raw(extra && ` ${extra}`)}"><header><h2>${title}</h2>${about && html`<p>${sentence(about)}</p>`}</header>${body}</section>`
}

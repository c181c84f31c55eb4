import { categories } from '@headroom/domain'
import type { Figures } from './figures.ts'
import type { AdaptationFigures } from './measure-adaptation.ts'
import type { AuditedShareFigures } from './measure-audited-share.ts'
import type { NlbseFigures } from './measure-nlbse.ts'
import { triedTable } from './tried.ts'

/** Everything that the model card says; also its machine-readable form. */
export interface ModelCard {
  readonly version: string
  readonly modelBytes: number
  readonly data: {
    readonly labelled: number
    readonly natural: number
    readonly projects: number
    /** Texts of which only the tracker's type is known. */
    readonly weak: number
  }
  /** Factor that the raw scores were multiplied by. */
  readonly calibration: number
  readonly shareErrorSd: number
  readonly textAlone: Figures
  readonly withFields: Figures
  /** Only the tickets that have a type, labels, components or a parent, both ways. */
  readonly fieldedTextAlone: Figures
  readonly fieldedWithFields: Figures
  readonly auditedShare: AuditedShareFigures
  readonly adaptation: AdaptationFigures
  readonly nlbse: NlbseFigures
}

/** The model card for readers. */
export function describeModel(card: ModelCard): string {
  const { data, textAlone, withFields } = card
  return `# Model card: classification of tickets

Written by \`npm run train\`; the same figures for programs are in \`model-card.json\`. Do not edit by hand.

**Version** ${card.version}, ${(card.modelBytes / 1e6).toFixed(1)} MB.
**What it does**: reads title, description, type, labels, components, priority and parent of a ticket and gives a
probability to each of the 16 work types; their sums are the probabilities of feature, strategic and sustaining.
**What it is**: one linear model (multinomial logistic regression) over hashed features: words and pairs of words of the
title and of the whole text, spelling of the title's words, form of title and description, the tracker's fields. It holds
weights of hashes and no texts.
**Trained on** ${data.labelled} tickets of ${data.projects} public projects, labelled by reading each one with the codebook
(${data.natural} of them drawn at random within their project, the others enriched with likely strategic ones).
A ticket with fields is shown both with and without them. Features that fewer than three projects know get no weight, tickets of large projects
count less, and those of which the reader was not sure. The scores of a second linear model, trained on the reporters' types of
${data.weak} further tickets (bug, feature, improvement, story, task, epic, question), are further features; both are worked into one.

## How well it does on projects it never saw
Five-fold, whole projects left out: no ticket of a tested project was in any training, nor in the calibration that was used on it.

| | text alone | with fields |
|---|---|---|
| macro-F1 of categories (${textAlone.tickets} tickets) | ${three(textAlone.macroF1)} | ${three(withFields.macroF1)} |
| macro-F1 on the ${card.fieldedTextAlone.tickets} tickets that have fields | ${three(card.fieldedTextAlone.macroF1)} | ${three(card.fieldedWithFields.macroF1)} |
${categories.map((c) => `| F1 ${c} | ${three(textAlone.categories[c]?.f1)} | ${three(withFields.categories[c]?.f1)} |`).join('\n')}
| work type: hits | ${three(textAlone.workTypeAccuracy)} | ${three(withFields.workTypeAccuracy)} |
| work type: macro-F1 | ${three(textAlone.workTypeMacroF1)} | ${three(withFields.workTypeMacroF1)} |
| calibration error (10 bins) | ${three(textAlone.calibrationError)} | ${three(withFields.calibrationError)} |

Confusion, with fields (rows: truth; columns: said):

| | ${categories.join(' | ')} |
|---|---|---|---|
${categories.map((c, i) => `| ${c} | ${(withFields.confusion[i] ?? []).join(' | ')} |`).join('\n')}

Work types, with fields:

| work type | tickets | precision | recall | F1 |
|---|---|---|---|---|
${Object.entries(withFields.workTypes)
  .map(([type, s]) => `| ${type} | ${s.count} | ${three(s.precision)} | ${three(s.recall)} | ${three(s.f1)} |`)
  .join('\n')}

## The strategic share
Over left-out projects, tickets drawn at random (${withFields.share.tickets} of them). A hard count takes each ticket's most
probable category; the calibrated sum adds probabilities, which is what the split does.

| | truth | hard count | calibrated sum |
|---|---|---|---|
| text alone | ${percent(textAlone.share.truth)} | ${percent(textAlone.share.hardCount)} | ${percent(textAlone.share.calibratedSum)} |
| with fields | ${percent(withFields.share.truth)} | ${percent(withFields.share.hardCount)} | ${percent(withFields.share.calibratedSum)} |

Per project (${withFields.share.projects} with at least 30 such tickets) the calibrated sum is off by ${percent(withFields.share.errorSd)} of all tickets
(root mean square; mean ${percent(withFields.share.errorMean)}), the hard count by ${percent(withFields.share.hardCountErrorSd)}. Part of that is the
chance in the labels of a project's few tickets, which the split counts by itself. What chance does not explain is \`shareErrorSd\` =
${card.shareErrorSd.toFixed(4)}: the split's systematic doubt as long as no audit has corrected it.

## Calibration
Temperature scaling: scores x ${card.calibration.toFixed(3)}, the factor under which the true categories of left-out tickets were most likely.

${describeAudits(card)}
${describeAdaptation(card)}
${describeNlbse(card)}
${triedTable}
## Limits
- One reader labelled each ticket; most projects are open source and in English. Other languages fall back on fields and form.
- Some left-out projects belong to the same organisation as training projects and share its words: strangers may do a little worse.
- Rare work types (incident, discovery, security, compliance) have few examples: trust their category more than their name.
- A project's share can be off by more than the text suggests: audit, or write rules, where the share matters.
`
}

function describeAudits({ auditedShare: a }: ModelCard): string {
  const row = (name: string, q: AuditedShareFigures['audited']) =>
    `| ${name} | ${percent(q.error)} | ${percent(q.covered)} | ${percent(q.width)} |`
  return `## The strategic share of a team's quarter, with ${a.audits} audits
120 tickets of a left-out project with efforts that scatter log-normally, estimated as the split does it: ${a.resamplings} draws of
tickets, efforts and audits over ${a.projects} projects.

| | root mean square error | 90 % interval holds the truth | its width |
|---|---|---|---|
| hard count | ${percent(a.hardCountError)} | | |
${row('calibrated sum', a.unaudited)}
${row(`calibrated sum and ${a.audits} audits`, a.audited)}
`
}

function describeAdaptation({ adaptation: a }: ModelCard): string {
  return `## What an organisation's corrections change
An organisation's layer learnt from tickets of one left-out project and judged on its other tickets; macro-F1 of categories, mean of
${a.draws} draws in each of ${a.projects} projects. \`Least sure first\` is the order of a review queue. Learning from them takes ${a.milliseconds.toFixed(0)} ms.

| corrections | order | before | after | gain in points |
|---|---|---|---|---|
${a.steps
  .map((s) => {
    const gain = ((s.after - s.before) * 100).toFixed(1)
    return `| ${s.corrections} | ${s.order} | ${three(s.before)} | ${three(s.after)} | ${gain} |`
  })
  .join('\n')}
`
}

function describeNlbse({ nlbse }: ModelCard): string {
  return `## A public anchor
NLBSE'24 by its own protocol (300 issues to learn from and 300 asked about in each of 5 repositories; bug, feature, question), with
these features and this learning: mean macro-F1 **${three(nlbse.mean)}** (${Object.entries(nlbse.repositories)
    .map(([name, f1]) => `${name.toLowerCase()} ${three(f1)}`)
    .join(', ')}). The organisers' fine-tuned RoBERTa: 0.792, SetFit: 0.827.
`
}

function three(value: number | undefined): string {
  return (value ?? 0).toFixed(3)
}

function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`
}

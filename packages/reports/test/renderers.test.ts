import type { SplitRow } from '@headroom/domain'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { digestMail, reportCsv, reportPage, reportText, trendChart } from '../src/index.ts'
import { anyDigest, anyReport, anyRow } from './any-report.ts'
import { markupProblems } from './markup-problems.ts'
import { sampleDigest, sampleReport } from './sample-report.ts'

const links = {
  earlier: '/report?period=2026-Q2&team=a',
  team: (id: string) => `/report?team=${id}`,
  downloads: [{ label: 'CSV', href: '/v1/reports/leadership.csv' }],
}
const page = (report: typeof sampleReport) => reportPage(report, { links, generatedBy: 'Headroom 0.1.0' })
const notANumber = /NaN|undefined|Infinity|\[object/

/** Whole percent by another path than the renderers take. */
const percent = (share: number) =>
  share > 0 && share < 0.005
    ? '<1 %'
    : `${new Intl.NumberFormat('en', { maximumFractionDigits: 0, useGrouping: false }).format(share * 100)} %`

const decoded = (text: string) => text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))

describe('any report', () => {
  test('makes a well-formed page without scripts, foreign addresses or style attributes', () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const html = page(report)

        expect(markupProblems(html)).toEqual([])
        expect(html).not.toMatch(notANumber)
        expect((html.match(/<[^>]*>/g) ?? []).join('')).not.toMatch(
          /<script|<img|<link|<iframe|\sstyle=|\son\w+=|@import|url\((?!#)/i,
        )
        for (const [, href = ''] of html.matchAll(/\shref="([^"]*)"/g))
          expect(decoded(href)).toMatch(/^(https?:|[/?#](?![/\\]))/)
      }),
      { numRuns: 60 },
    )
  })

  test('prints the share, interval and coverage of each team as the model has them', () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        fc.pre(report.teams.length > 0)
        const table = /<table class="stack"[\s\S]*?<\/table>/.exec(page(report))?.[0] ?? ''
        const [, ...lines] = table.split('<tr role="row"').slice(1)

        expect(lines).toHaveLength(report.teams.length + 1)
        for (const [index, row] of [report.total, ...report.teams].entries()) {
          const text = decoded((lines[index] ?? '').replace(/<svg[\s\S]*?<\/svg>/g, '').replace(/<[^>]*>/g, ' '))
          const share = row.strategicShare
          expect(text).toContain(share ? percent(share.value) : 'nothing tracked')
          if (share) expect(text).toContain(`${percent(share.high).replace('<1', '0')}, target`)
          expect(text).toContain(row.coverage.share === null ? 'no capacity' : percent(row.coverage.share))
        }
      }),
      { numRuns: 40 },
    )
  })

  test('makes a text that keeps to its width, is free of control characters, and carries every team', () => {
    fc.assert(
      fc.property(anyReport, fc.integer({ min: 40, max: 160 }), (report, width) => {
        const text = reportText(report, { width, colour: false })

        expect(text).not.toMatch(notANumber)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what is tested.
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
        for (const line of text.split('\n'))
          expect(Array.from(line.replace(/\p{Mark}/gu, '')).length).toBeLessThanOrEqual(width)
        for (const row of report.teams)
          if (row.strategicShare) expect(text).toContain(percent(row.strategicShare.value))
        // biome-ignore lint/suspicious/noControlCharactersInRegex: takes the colours out.
        expect(reportText(report, { width, colour: true }).replace(/\u001b\[\d+m/g, '')).toBe(text)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: plain ASCII is what is tested.
        expect(reportText(report, { width, colour: false, unicode: false })).toMatch(/^[\u0000-\u007f]*$/)
      }),
      { numRuns: 60 },
    )
  })

  test('makes a CSV whose numbers are exactly those of the model', () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const [header = [], ...lines] = parseCsv(reportCsv(report))
        const rows: SplitRow[] = [
          report.total,
          ...(report.previous ? [report.previous] : []),
          ...report.teams,
          ...(report.previousTeams ?? []),
          ...report.trend,
        ]

        expect(lines).toHaveLength(rows.length)
        for (const [index, row] of rows.entries()) {
          const cell = (name: string) => lines[index]?.[header.indexOf(name)]
          const number = (name: string) => (cell(name) === '' ? null : Number(cell(name)))
          expect(number('strategic_share')).toBe(row.strategicShare?.value ?? null)
          expect(number('low')).toBe(row.strategicShare?.low ?? null)
          expect(number('high')).toBe(row.strategicShare?.high ?? null)
          expect(number('unclassified_days')).toBe(row.effortDays.unclassified)
          expect(number('capacity_days')).toBe(row.coverage.capacityDays)
          expect(number('coverage')).toBe(row.coverage.share)
          expect(cell('group_name')).not.toMatch(/^[=+\-@]/)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('makes a trend chart that stays inside its frame', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 60 }), (rows) => {
        const svg = trendChart(rows, { id: 'a', width: 960, height: 300 })

        expect(markupProblems(svg)).toEqual([])
        expect(svg).not.toMatch(notANumber)
        for (const [, y = ''] of svg.matchAll(/<circle[^>]* cy="([^"]*)"/g)) {
          expect(Number(y)).toBeGreaterThanOrEqual(0)
          expect(Number(y)).toBeLessThanOrEqual(300)
        }
      }),
    )
  })
})

describe('the weekly email', () => {
  test('of any digest has its parts, and no number that is none', async () => {
    await fc.assert(
      fc.asyncProperty(anyDigest, async (digest) => {
        const mail = await digestMail(digest, {
          reportUrl: 'https://headroom.example/report?period=2026-W39&team=a',
          unsubscribeUrl: 'https://headroom.example/unsubscribe/a?b=1&c=2',
        })

        for (const part of [mail.subject, mail.html, mail.text]) expect(part).not.toMatch(notANumber)
        expect(mail.subject).not.toMatch(/[\r\n]/)
        expect(mail.html).not.toMatch(/<script|<img(?![^>]*src="cid:)|onerror=alert\(1\)>|href="javascript:/i)
        expect(mail.text).toContain('https://headroom.example/unsubscribe/a?b=1&c=2')
        expect(Buffer.from(mail.chartPng).subarray(1, 4).toString()).toBe('PNG')
      }),
      { numRuns: 12 },
    )
  })

  test('says the number with its interval in the subject', async () => {
    const mail = await digestMail(sampleDigest, {
      reportUrl: 'https://h.example/r',
      unsubscribeUrl: 'https://h.example/u',
    })

    expect(mail.subject).toBe('17 % strategic (11–23 %), cannot say against the target: 2026-W39, Acme')
    expect(mail.html).toContain('src="cid:trend@headroom"')
    expect(mail.html).toContain('Checkout &#60;script&#62;alert(1)&#60;/script&#62;')
  })
})

test('nothing tracked and unclassified time are shown, not left out', () => {
  const html = page(sampleReport)
  const text = reportText(sampleReport, { width: 100, colour: false })

  for (const output of [html, text]) {
    expect(output.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ')).toContain(
      '56 of them on tickets that are not classified; 227 were untracked',
    )
  }
})

function parseCsv(text: string): string[][] {
  return text
    .split('\r\n')
    .slice(0, -1)
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(([, quoted, plain]) =>
        quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
      ),
    )
}

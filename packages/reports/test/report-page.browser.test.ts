import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reportPage } from '../src/index.ts'
import { emptyReport, sampleReport, uncertainReport } from './sample-report.ts'

const executablePath = '/usr/bin/chromium'
const present = existsSync(executablePath)

// Runs in the page, which is why it is a text: the tests themselves know no DOM.
const lowContrasts = `(() => {
  const channels = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number)
  const luminance = (colour) => {
    const [r, g, b] = channels(colour).map((value) => { const c = value / 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4 })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor
      if ((channels(colour)[3] ?? 1) > 0) return colour
    }
    return 'rgb(255, 255, 255)'
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const low = []
  let seen = 0
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement
    if (!texts.currentNode.data.trim() || !element.checkVisibility()) continue
    seen++
    const style = getComputedStyle(element)
    const [a, b] = [luminance(element.tagName === 'text' ? style.fill : style.color), luminance(ground(element))]
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    if (ratio < 4.5) low.push(texts.currentNode.data.trim().slice(0, 40) + ' ' + ratio.toFixed(2))
  }
  return seen > 50 ? low : ['only ' + seen + ' texts were visible']
})()`

describe.skipIf(!present)(
  present ? 'the page in a browser' : `the page in a browser (skipped: no ${executablePath})`,
  () => {
    let browser: Browser

    beforeAll(async () => {
      browser = await chromium.launch({
        executablePath,
        args: [
          '--no-sandbox',
          '--disable-gpu',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
        ],
      })
    })
    afterAll(() => browser.close())

    async function show(report: typeof sampleReport, width: number, colorScheme: 'light' | 'dark') {
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme })
      const complaints: string[] = []
      page.on('console', (message) => complaints.push(message.text()))
      page.on('request', (request) => complaints.push(`request to ${request.url()}`))
      await page.setContent(reportPage(report, { links: { earlier: '/report' }, generatedBy: 'Headroom' }))
      await page.evaluate(`for (const part of document.querySelectorAll('details')) part.open = true`)
      return { page, complaints }
    }

    const overflow = (page: Page) =>
      page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')

    for (const width of [360, 1280]) {
      for (const colorScheme of ['light', 'dark'] as const) {
        test(`is readable and asks for nothing at ${width} px in the ${colorScheme}`, async () => {
          const { page, complaints } = await show(sampleReport, width, colorScheme)

          expect(await page.evaluate(lowContrasts)).toEqual([])
          expect(await overflow(page)).toBe(0)
          expect(complaints).toEqual([])
          expect((await page.screenshot()).length).toBeGreaterThan(10_000)
          await page.close()
        })
      }
    }

    test('fits a phone also with names that never end, and with nothing to show', async () => {
      const long = 'Donaudampfschifffahrtsgesellschaftskapitän'.repeat(5)
      const wide = {
        ...sampleReport,
        organisation: long,
        teams: sampleReport.teams.map((row) => ({ ...row, group: { kind: 'team' as const, id: 't', name: long } })),
        topTickets: sampleReport.topTickets.map((ticket) => ({ ...ticket, title: long, key: long })),
        workTypes: sampleReport.workTypes.map((row) => ({ ...row, days: row.days * 1000 })),
        connections: [{ name: long, state: 'error', problem: long }],
        dataQuality: [{ finding: long, count: 1, what: long, movesShare: null, basis: 'effort' as const }],
        method: { ...sampleReport.method, modelVersion: long },
      }

      for (const report of [wide, uncertainReport, emptyReport]) {
        const { page } = await show(report, 360, 'light')
        expect(await overflow(page)).toBe(0)
        await page.close()
      }
    })

    test('prints on white without its navigation', async () => {
      const { page } = await show(sampleReport, 1280, 'dark')
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' })

      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)')
      expect(await page.evaluate(`document.querySelector('nav').checkVisibility()`)).toBe(false)
      expect(await page.evaluate(lowContrasts)).toEqual([])
      await page.close()
    })
  },
)

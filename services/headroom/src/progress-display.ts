import { type Bar, MultiBar, Presets } from 'cli-progress'
import type { Progress } from './settled.ts'

/** Shows how far reading, classifying and measuring are: bars on a terminal, a line every few seconds elsewhere. */
export interface ProgressDisplay {
  show(progress: Progress): void
  /** A line of words beside the numbers. */
  note(line: string): void
  end(): void
}

export function progressDisplay(out: NodeJS.WriteStream): ProgressDisplay {
  const steps = stepCounter()
  const display = stepDisplay(out)
  return { ...display, show: (progress) => display.show(steps(progress)) }
}

/** Shows how far some steps are, in the same way. */
export function stepDisplay(out: NodeJS.WriteStream): StepDisplay {
  return out.isTTY ? bars(out) : lines(out)
}

export interface StepDisplay extends Omit<ProgressDisplay, 'show'> {
  show(steps: readonly Step[]): void
}

/** Something of which a part is done. */
export interface Step {
  readonly label: string
  readonly done: number
  readonly total: number
}

/** The steps that have anything to do. The largest backlog seen stands for the total of work that was there before. */
function stepCounter(): (progress: Progress) => Step[] {
  const most = new Map<string, number>()
  return ({ runs, toClassify, toMeasure }) => {
    const seen = runs.reduce((sum, run) => sum + run.seen, 0)
    // Until a run has ended the tracker's own count is the best guess of the total.
    const expected = runs.reduce(
      (sum, run) => sum + (run.finishedAt ? run.seen : Math.max(run.seen, run.expected ?? 0)),
      0,
    )
    const stage = (label: string, waiting: number | null): Step[] => {
      if (waiting === null) return []
      const mostWaiting = Math.max(most.get(label) ?? 0, waiting)
      most.set(label, mostWaiting)
      return [{ label, done: Math.max(seen, mostWaiting) - waiting, total: Math.max(expected, mostWaiting) }]
    }
    const reading: Step = { label: 'Reading tickets', done: seen, total: expected }
    return [reading, ...stage('Classifying', toClassify), ...stage('Measuring', toMeasure)].filter((s) => s.total > 0)
  }
}

function bars(out: NodeJS.WriteStream): StepDisplay {
  const format = '  {label}  {bar}  {value}/{total}'
  const multi = new MultiBar({ format, hideCursor: true, clearOnComplete: false, stream: out }, Presets.shades_classic)
  const made = new Map<string, Bar>()
  return {
    show(steps) {
      for (const { label, done, total } of steps) {
        const bar = made.get(label) ?? multi.create(total, done, { label: label.padEnd(15) })
        made.set(label, bar)
        bar.setTotal(total)
        bar.update(done)
      }
    },
    // The bars are redrawn below it; before there are any, nothing would draw it.
    note: (line) => (made.size > 0 ? multi.log(`  ${line}\n`) : void out.write(`  ${line}\n`)),
    end: () => multi.stop(),
  }
}

const lineEveryMs = 5000

function lines(out: NodeJS.WriteStream): StepDisplay {
  let shownAt = performance.now()
  let line = ''
  let shown = ''
  const write = () => {
    if (line !== shown) out.write(`  ${line}\n`)
    shown = line
    shownAt = performance.now()
  }
  return {
    show(steps) {
      line = steps.map(({ label, done, total }) => `${label.toLowerCase()} ${done}/${total}`).join(', ')
      if (performance.now() - shownAt >= lineEveryMs) write()
    },
    note: (text) => void out.write(`  ${text}\n`),
    end: write,
  }
}

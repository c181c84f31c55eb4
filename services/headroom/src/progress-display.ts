import { type Bar, MultiBar, Presets } from 'cli-progress'
import type { Progress } from './settled.ts'

/** Shows how far reading, classifying and measuring are: bars on a terminal, a line every few seconds elsewhere. */
export interface ProgressDisplay {
  show(progress: Progress): void
  end(): void
}

export function progressDisplay(out: NodeJS.WriteStream): ProgressDisplay {
  return out.isTTY ? bars(out) : lines(out)
}

interface Steps {
  readonly reading: readonly [number, number]
  readonly classifying: readonly [number, number]
  readonly measuring: readonly [number, number]
}

/** Until a run has ended the tracker's own count is the best guess of the total. */
function stepsOf({ runs, toClassify, toMeasure }: Progress): Steps {
  const read = runs.reduce((sum, run) => sum + run.seen, 0)
  const total = runs.reduce((sum, run) => sum + (run.finishedAt ? run.seen : Math.max(run.seen, run.expected ?? 0)), 0)
  return {
    reading: [read, total],
    classifying: [Math.max(0, read - toClassify), total],
    measuring: [Math.max(0, read - toMeasure), total],
  }
}

const labels = { reading: 'Reading tickets', classifying: 'Classifying', measuring: 'Measuring' } as const
type Step = keyof typeof labels

function bars(out: NodeJS.WriteStream): ProgressDisplay {
  const format = '  {label}  {bar}  {value}/{total}'
  const multi = new MultiBar({ format, hideCursor: true, clearOnComplete: false, stream: out }, Presets.shades_classic)
  const made = new Map<Step, Bar>()
  return {
    show(progress) {
      for (const [step, [value, total]] of Object.entries(stepsOf(progress)) as [Step, readonly [number, number]][]) {
        if (total === 0) continue
        const bar = made.get(step) ?? multi.create(total, value, { label: labels[step].padEnd(15) })
        made.set(step, bar)
        bar.setTotal(total)
        bar.update(value)
      }
    },
    end: () => multi.stop(),
  }
}

const lineEveryMs = 5000

function lines(out: NodeJS.WriteStream): ProgressDisplay {
  let shownAt = Number.NEGATIVE_INFINITY
  let last: Progress | null = null
  const write = (progress: Progress) => {
    const steps = Object.entries(stepsOf(progress)) as [Step, readonly [number, number]][]
    out.write(
      `  ${steps.map(([step, [value, total]]) => `${labels[step].toLowerCase()} ${value}/${total}`).join(', ')}\n`,
    )
  }
  return {
    show(progress) {
      last = progress
      if (performance.now() - shownAt < lineEveryMs) return
      shownAt = performance.now()
      write(progress)
    },
    end: () => {
      if (last) write(last)
    },
  }
}

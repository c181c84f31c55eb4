import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** A process that a benchmark started, and its answer to what it was told. */
export interface Child<Answer> {
  readonly answer: Answer
  readonly pid: number
  stop(): Promise<void>
}

/** Starts `file` in a process of its own, tells it `order` and waits for its answer. Throws in the child's own words. */
export async function startChild<Answer>(
  file: URL,
  order: object,
  execArgv: readonly string[] = [],
): Promise<Child<Answer>> {
  const child = fork(file, { execArgv: [...execArgv], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  child.send(order)
  const [message] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => [{ problem: `${file.pathname} ended with code ${code}` }]),
  ])) as [{ readonly answer: Answer } | { readonly problem: string }]
  if ('problem' in message) {
    await end(child)
    throw new Error(message.problem)
  }
  return { answer: message.answer, pid: child.pid ?? 0, stop: () => end(child) }
}

/** The other side of {@link startChild}: answers the order with what `work` gives, and ends when the parent lets go. */
export function answerOrder<Order>(work: (order: Order) => Promise<object>): void {
  process.on('disconnect', () => process.exit(0))
  process.once('message', (order: Order) => {
    work(order).then(
      (answer) => process.send?.({ answer }),
      (error: unknown) =>
        process.send?.({ problem: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    )
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.disconnect()
  await ended
}

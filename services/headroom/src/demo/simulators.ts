import { fork } from 'node:child_process'
import { once } from 'node:events'
import { type Service, UserError } from '@headroom/runtime'

/** What the simulators are to show. */
export type SimulatorOrder =
  | { readonly kind: 'company'; readonly seed: string; readonly until: number }
  | { readonly kind: 'replay'; readonly file: string; readonly as: 'cloud' | 'dc' }

export interface SimulatorReady {
  readonly jiraUrl: string
  readonly linearUrl: string | null
}

export interface Simulators extends SimulatorReady, Service {}

/**
 * Starts the simulated trackers in a process of their own. Throws with the simulator's own words when they can't start.
 * `stopping` breaks the start off; once they run, they run until they are stopped.
 */
export async function startSimulators(order: SimulatorOrder, stopping?: AbortSignal): Promise<Simulators> {
  const child = fork(new URL('./simulator-process.ts', import.meta.url), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const breakOff = () => child.kill()
  stopping?.addEventListener('abort', breakOff)
  child.send(order)
  const [answer] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => [{ problem: `The simulators ended with code ${code}.` }]),
  ])) as [SimulatorReady | { readonly problem: string }]
  stopping?.removeEventListener('abort', breakOff)
  if ('problem' in answer) {
    child.kill()
    throw new UserError(answer.problem)
  }
  return {
    ...answer,
    async stop() {
      if (child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}

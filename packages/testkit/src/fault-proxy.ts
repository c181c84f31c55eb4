import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A TCP proxy that can be told to misbehave, between a program and the server it speaks to. */
export interface FaultProxy {
  /** The port on 127.0.0.1 to connect to. */
  readonly port: number
  /** From now on every chunk in both directions comes this much later; 0 ends it. */
  readonly delay: (latencyMs: number) => void
  /** Cuts every open connection with a TCP reset; new ones still pass. */
  readonly reset: () => void
  /** `false` cuts every connection and every new one at once, as if the server had crashed; `true` lets them pass again. */
  readonly setUp: (up: boolean) => void
  readonly close: () => Promise<void>
}

/** Starts a proxy on a free port before `target`, transparent until it is told otherwise. */
export async function startFaultProxy(target: { readonly host: string; readonly port: number }): Promise<FaultProxy> {
  const sockets = new Set<Socket>()
  let latencyMs = 0
  let up = true
  const forward = async (from: Socket, to: Socket) => {
    sockets.add(from)
    from.once('close', () => {
      sockets.delete(from)
      to.destroy()
    })
    // Errors end in 'close', which takes the other side along.
    from.on('error', () => {})
    try {
      for await (const chunk of from) {
        if (latencyMs > 0) await sleep(latencyMs)
        to.write(chunk)
      }
      to.end()
    } catch {
      to.destroy()
    }
  }
  const server = createServer((client) => {
    if (!up) return void client.resetAndDestroy()
    const upstream = connect(target)
    void forward(client, upstream)
    void forward(upstream, client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const reset = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    delay: (ms) => {
      latencyMs = ms
    },
    reset,
    setUp: (next) => {
      up = next
      if (!up) reset()
    },
    close: async () => {
      server.close()
      reset()
      await once(server, 'close')
    },
  }
}

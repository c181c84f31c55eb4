import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'

/** The lines of a file of raw issues, gzipped or not. Node's readline also breaks at U+2028, which JSON allows inside texts. */
export async function* replayLines(path: string): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of await unpacked(path)) {
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  yield rest
}

async function unpacked(path: string): Promise<AsyncIterable<string>> {
  const file = await open(path)
  const { buffer: begin } = await file.read(Buffer.alloc(2), 0, 2, 0)
  await file.close()
  const bytes = createReadStream(path)
  // RFC 1952: the two bytes that every gzip file begins with.
  if (begin.readUInt16BE() !== 0x1f8b) return bytes.setEncoding('utf8')
  const gunzip = createGunzip().setEncoding('utf8')
  bytes.on('error', (error) => gunzip.destroy(error))
  return bytes.pipe(gunzip)
}

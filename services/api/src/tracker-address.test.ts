import { expect, test } from 'vitest'
import { checkTrackerAddress } from './tracker-address.ts'

test.each([
  'http://8.8.8.8',
  'https://127.0.0.1',
  'https://127.1',
  'https://2130706433',
  'https://0x7f000001',
  'https://0177.0.0.1',
  'https://[::1]',
  'https://[::ffff:10.0.0.1]',
  'https://localhost',
  'https://169.254.169.254/latest/meta-data',
  'https://user:word@8.8.8.8',
  'https://8.8.8.8/?x=1',
  'https://8.8.8.8/#x',
  'ftp://8.8.8.8',
  'file:///etc/passwd',
  'nonsense',
])('%s is refused as the address of a tracker', async (address) => {
  await expect(checkTrackerAddress(address, { allowPrivate: false })).rejects.toMatchObject({
    problem: { status: 400, errors: [{ field: 'baseUrl' }] },
  })
})

test('a public https address is taken, without slashes at its end', async () => {
  expect(await checkTrackerAddress('https://8.8.8.8/jira//', { allowPrivate: false })).toBe('https://8.8.8.8/jira')
})

test('where private trackers are allowed, loopback and http are taken, other schemes are not', async () => {
  expect(await checkTrackerAddress('http://127.0.0.1:8080/', { allowPrivate: true })).toBe('http://127.0.0.1:8080')
  await expect(checkTrackerAddress('file:///etc/passwd', { allowPrivate: true })).rejects.toThrow(/baseUrl/)
})

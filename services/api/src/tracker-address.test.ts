import { expect, test } from 'vitest'
import { checkTrackerAddress, isPublicAddress } from './tracker-address.ts'

test.each([
  '127.0.0.1',
  '127.1.2.3',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  'fe80::1',
  'fc00::1',
  'fd12:3456::1',
  'ff02::1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '::ffff:a00:1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  'not an address',
])('%s is not a public address', (address) => {
  expect(isPublicAddress(address)).toBe(false)
})

test.each(['8.8.8.8', '104.192.142.1', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])(
  '%s is public',
  (address) => {
    expect(isPublicAddress(address)).toBe(true)
  },
)

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

/** The map's value of a key, computed on first use. */
export function remember<K, V>(map: Map<K, V>, key: K, compute: (key: K) => V): V {
  let value = map.get(key)
  if (value === undefined) {
    value = compute(key)
    map.set(key, value)
  }
  return value
}

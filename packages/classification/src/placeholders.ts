/** Stand-ins for what carries no words of its own: its presence counts, its content does not. */
export const placeholders = [
  'xcode',
  'xtrace',
  'xurl',
  'xuser',
  'ximage',
  'xkey',
  'xhex',
  'xversion',
  'xnumber',
  'xblob',
] as const
export type Placeholder = (typeof placeholders)[number]

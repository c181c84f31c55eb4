import type { ClassifierInput } from '@headroom/classification'
import type { Lineage } from '@headroom/store'

/** What the model reads of a ticket. */
export function toInput({ ticket, ancestors: [parent] }: Lineage): ClassifierInput {
  return { ...ticket, parent: parent ? { title: parent.title, type: parent.type } : null }
}

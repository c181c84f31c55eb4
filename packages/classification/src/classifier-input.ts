/** What the classifier reads of a ticket. Absent fields are null, '' or empty; nothing else about a ticket has a say. */
export interface ClassifierInput {
  readonly title: string
  /** Plain text or the tracker's markup; '' when the ticket has none. */
  readonly description: string
  /** The tracker's own issue type; null where the tracker has none. */
  readonly type: string | null
  readonly isEpic: boolean
  readonly isSubtask: boolean
  readonly labels: readonly string[]
  readonly components: readonly string[]
  readonly priority: string | null
  readonly parent: { readonly title: string; readonly type: string | null } | null
}

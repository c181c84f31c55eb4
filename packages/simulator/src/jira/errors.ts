/** A refusal in Jira's own words; the server turns it into its usual error body. */
export class JiraRefusal extends Error {
  override name = 'JiraRefusal'
  readonly status: number

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.status = status
  }
}

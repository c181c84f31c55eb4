/** Where the mail leads. */
export interface DigestLinks {
  readonly reportUrl: string
  /** Ends this subscription; the mail's foot and its List-Unsubscribe header name it. */
  readonly unsubscribeUrl: string
}

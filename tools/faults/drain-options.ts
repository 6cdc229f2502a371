/** What a drain is asked for on the command line. */
export interface DrainOptions {
  /** Mails or deliveries that are due at once. */
  readonly size: number;
  /** Mails in a second that the provider takes. */
  readonly perSecond: number;
  /** Endpoints that hang. */
  readonly hanging: number;
}

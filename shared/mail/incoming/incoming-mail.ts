import type { MailHeaders } from "./headers.ts";

/** A mail that came in, as a provider hands it over. */
export interface IncomingMail {
  readonly from: string;
  /** All that the provider names, as mailboxes. */
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
  readonly headers: MailHeaders;
  readonly fileCount: number;
}

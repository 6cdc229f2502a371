import type { MailHeaders } from "./headers.ts";

/** A file of a mail, as the provider names it. */
export interface IncomingFile {
  readonly id: string;
  readonly name: string;
  readonly contentType: string;
  readonly size: number;
  /** Whether it is shown in the text, as a logo is. */
  readonly isInline: boolean;
  readonly url: string;
}

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

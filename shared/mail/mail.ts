import { z } from "zod";

/** A mail as it goes to a provider: written once, kept, and sent letter by letter however often it takes. */
export const OutgoingMail = z.object({
  from: z.string(),
  to: z.string(),
  reply_to: z.string().optional(),
  subject: z.string(),
  html: z.string(),
  text: z.string(),
  headers: z.record(z.string(), z.string()),
  /** Comes back with what the provider tells of the mail later. */
  tags: z.array(z.object({ name: z.string(), value: z.string() })),
});
export type OutgoingMail = z.infer<typeof OutgoingMail>;

/** What one try came to. */
export type SendOutcome =
  | { readonly outcome: "sent"; readonly id: string }
  /** Asking again cannot help. */
  | { readonly outcome: "refused"; readonly reason: string }
  | {
      readonly outcome: "postponed";
      readonly reason: string;
      /** Whether the provider may have taken it all the same. */
      readonly mayBeSent: boolean;
      /** Whether no other mail can leave either. */
      readonly isForAll: boolean;
      readonly afterSeconds?: number | undefined;
    };

/**
 * Sends one mail. It has to be safe to repeat: with the same key nothing is sent twice.
 * @param key for the provider; up to 256 characters
 */
export type SendMail = (
  mail: OutgoingMail,
  key: string,
  signal: AbortSignal,
) => Promise<SendOutcome>;

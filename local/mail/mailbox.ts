import { createHash, randomUUID } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { parseJson } from "../../shared/core/json.ts";
import { ReceivedMails } from "./received.ts";

/** Mails that are kept; the oldest go first. */
const KEPT = 1_000;

const Addresses = z.union([z.string(), z.array(z.string()).max(50)]);

/** The part of Resend's contract that this project uses. */
const SentMail = z.object({
  from: z.string().min(1),
  to: Addresses,
  reply_to: Addresses.optional(),
  subject: z.string(),
  html: z.string().optional(),
  text: z.string().optional(),
  headers: z.record(z.string(), z.string()).default({}),
  tags: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
});

const StoredMail = SentMail.extend({
  id: z.string(),
  message_id: z.string(),
  created_at: z.string(),
  /** The key of its request and the hash of its body, when it had a key. */
  key: z.string().nullable(),
  hash: z.string(),
});

/** A mail that somebody sent through the mailbox. */
export type StoredMail = z.infer<typeof StoredMail>;

export interface MailboxOptions {
  /** The bearer key that a sender needs. */
  readonly key: string;
  /** Keeps mails between runs; without it they live as long as the mailbox. */
  readonly file?: string;
  /** Called for each mail that was taken. */
  readonly onAccepted?: (mail: StoredMail) => void;
  /** Called for each mail that somebody wrote to the desk, with the data of its event. */
  readonly onReceived?: (event: object) => void;
}

const refusal = (statusCode: number, name: string, message: string) =>
  Response.json({ statusCode, name, message }, { status: statusCode });

/** A stand-in for Resend: it takes mails as Resend does and keeps them in place of sending them. */
export class Mailbox {
  readonly #options: MailboxOptions;
  /** What came in; what was sent is in `mails`. */
  readonly received: ReceivedMails;
  #mails: StoredMail[] = [];

  constructor(options: MailboxOptions) {
    this.#options = options;
    this.received = new ReceivedMails(options.onReceived);
    const { file } = options;
    if (file === undefined || !existsSync(file)) return;
    const stored = readFileSync(file, "utf8")
      .split("\n")
      .map((line) => StoredMail.safeParse(parseJson(line)))
      .flatMap((mail) => (mail.success ? [mail.data] : []));
    this.#mails = stored.slice(-KEPT);
    const lines = this.#mails.map((mail) => `${JSON.stringify(mail)}\n`);
    writeFileSync(file, lines.join(""), { mode: 0o600 });
  }

  /** The newest first. */
  get mails(): readonly StoredMail[] {
    return this.#mails.toReversed();
  }

  find(id: string): StoredMail | undefined {
    return this.#mails.find((mail) => mail.id === id);
  }

  clear(): void {
    this.#mails = [];
    if (this.#options.file !== undefined) writeFileSync(this.#options.file, "", { mode: 0o600 });
  }

  /** The answer to whoever has no key; null for who has it. */
  refuseStranger(request: Request): Response | null {
    return request.headers.get("authorization") === `Bearer ${this.#options.key}`
      ? null
      : refusal(401, "missing_api_key", "The API key is missing or not valid.");
  }

  /**
   * `POST /emails`: 200 with an id; the same again for the same key and body.
   * @see https://resend.com/docs/api-reference/emails/send-email
   */
  async accept(request: Request): Promise<Response> {
    const stranger = this.refuseStranger(request);
    if (stranger !== null) return stranger;
    const text = await request.text();
    const sent = SentMail.safeParse(parseJson(text));
    if (!sent.success) return refusal(422, "validation_error", z.prettifyError(sent.error));
    const key = request.headers.get("idempotency-key");
    if (key !== null && (key === "" || key.length > 256)) {
      return refusal(400, "invalid_idempotency_key", "The key has 1 to 256 characters.");
    }
    const hash = createHash("sha256").update(text).digest("hex");
    const known = key === null ? undefined : this.#mails.find((mail) => mail.key === key);
    if (known !== undefined) {
      return known.hash === hash
        ? Response.json({ id: known.id })
        : refusal(409, "invalid_idempotent_request", "The key was used with another body.");
    }
    return Response.json({ id: this.#keep(sent.data, key, hash).id });
  }

  #keep(sent: z.infer<typeof SentMail>, key: string | null, hash: string): StoredMail {
    const id = randomUUID();
    const message_id = `<${id}@mailbox.switchboard.test>`;
    const mail = { ...sent, id, message_id, created_at: new Date().toISOString(), key, hash };
    this.#mails = [...this.#mails, mail].slice(-KEPT);
    const { file, onAccepted } = this.#options;
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(mail)}\n`, { mode: 0o600 });
    onAccepted?.(mail);
    return mail;
  }
}

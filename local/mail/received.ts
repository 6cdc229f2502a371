import { randomUUID } from "node:crypto";
import { z } from "zod";
import { parseJson } from "../../shared/core/json.ts";

/** Mails that are kept; the oldest go first. */
const KEPT = 200;

/** The receiver whose Authentication-Results the mailbox writes, as the provider's would. */
export const RECEIVER = "mx.switchboard.test";

const Headers = z.array(z.tuple([z.string(), z.string()]));

/** What somebody writes to the desk. */
const WrittenMail = z.object({
  from: z.string(),
  to: z.array(z.string()).min(1),
  subject: z.string().default(""),
  text: z.string().nullable().default(null),
  html: z.string().nullable().default(null),
  /** Further headers, from the top. */
  headers: Headers.default([]),
  /** What the receiver finds about the sender; null: nothing. */
  authentication: z.string().nullable().default("dmarc=pass"),
  attachments: z
    .array(
      z.object({
        filename: z.string().nullable().default(null),
        content_type: z.string().default("application/octet-stream"),
        content_disposition: z.string().default("attachment"),
        content_id: z.string().nullable().default(null),
        /** Base64. */
        content: z.string(),
      }),
    )
    .default([]),
});

type ReceivedMail = z.infer<typeof WrittenMail> & {
  readonly id: string;
  readonly message_id: string;
  readonly created_at: string;
};

const HOUR_MS = 3_600_000;

/** Mails to the desk as Resend hands them over. They live as long as the stack. */
export class ReceivedMails {
  #mails: ReceivedMail[] = [];
  readonly #onReceived: ((event: object) => void) | undefined;

  /** @param onReceived is called with the data of the event that tells a mail */
  constructor(onReceived?: (event: object) => void) {
    this.#onReceived = onReceived;
  }

  find(id: string): ReceivedMail | undefined {
    return this.#mails.find((mail) => mail.id === id);
  }

  /** Takes a mail in: 201 with the data of the event. */
  async accept(request: Request): Promise<Response> {
    const written = WrittenMail.safeParse(parseJson(await request.text()));
    if (!written.success) return Response.json(z.treeifyError(written.error), { status: 422 });
    const id = randomUUID();
    const message_id = `<${id}@people.switchboard.test>`;
    const mail = { ...written.data, id, message_id, created_at: new Date().toISOString() };
    this.#mails = [...this.#mails, mail].slice(-KEPT);
    const { from, to, subject, created_at } = mail;
    const event = { email_id: id, message_id, from, to, received_for: to, subject, created_at };
    this.#onReceived?.(event);
    return Response.json(event, { status: 201 });
  }

  /** @see https://resend.com/docs/api-reference/emails/retrieve-received-email */
  read(mail: ReceivedMail, base: string): Response {
    const { authentication: _said, attachments, headers, ...rest } = mail;
    return Response.json({
      object: "email",
      ...rest,
      cc: [],
      bcc: [],
      reply_to: [],
      headers: Object.fromEntries(headers),
      raw: { download_url: `${base}/${mail.id}/raw`, expires_at: this.#expiry() },
      attachments: attachments.map((file, at) => ({
        ...file,
        id: String(at),
        content: undefined,
      })),
    });
  }

  files({ id, attachments }: ReceivedMail, base: string): Response {
    const data = attachments.map(({ content, ...file }, at) => ({
      ...file,
      id: String(at),
      size: Buffer.from(content, "base64").byteLength,
      download_url: `${base}/${id}/files/${at}`,
      expires_at: this.#expiry(),
    }));
    return Response.json({ object: "list", has_more: false, data });
  }

  file({ attachments }: ReceivedMail, at: number): Response {
    const content = attachments[at]?.content;
    return content === undefined
      ? new Response(null, { status: 404 })
      : new Response(Buffer.from(content, "base64"));
  }

  /** The headers as the receiver has them, and the text. */
  raw(mail: ReceivedMail): Response {
    const { authentication, headers, from, to, subject, message_id, text } = mail;
    const lines = [
      ...(authentication === null
        ? []
        : [["Authentication-Results", `${RECEIVER}; ${authentication}`]]),
      ["Received", `from people.switchboard.test by ${RECEIVER}`],
      ...headers,
      ["From", from],
      ["To", to.join(", ")],
      ["Subject", subject],
      ["Message-ID", message_id],
    ].map(([name, value]) => `${name}: ${value}`);
    return new Response([...lines, "", text ?? ""].join("\r\n"), {
      headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
    });
  }

  #expiry(): string {
    return new Date(Date.now() + HOUR_MS).toISOString();
  }
}

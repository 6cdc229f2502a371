import { z } from "zod";
import { HEADER_BYTES, type MailHeaders, parseHeaders } from "../incoming/headers.ts";
import type { IncomingFile, IncomingMail } from "../incoming/incoming-mail.ts";
import { resendClient } from "./client.ts";
import { openDownload } from "./download.ts";

const People = z.array(z.string()).nullish().catch(null);

const Received = z.object({
  from: z.string(),
  to: People,
  cc: People,
  bcc: People,
  received_for: People,
  subject: z.string().nullish(),
  text: z.string().nullish(),
  html: z.string().nullish(),
  headers: z.record(z.string(), z.string()).nullish().catch(null),
  raw: z.object({ download_url: z.string() }).nullish().catch(null),
  attachments: z
    .array(z.object({ id: z.string() }))
    .nullish()
    .catch(null),
});

const Files = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      filename: z.string().nullish(),
      content_type: z.string().nullish(),
      content_disposition: z.string().nullish(),
      size: z.number().int().nonnegative(),
      download_url: z.string(),
    }),
  ),
});

/** The bytes of a source in front of its first empty line. */
async function beginningOf(url: string, signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let text = "";
  const decoder = new TextDecoder("latin1");
  for await (const chunk of await openDownload(url, signal)) {
    chunks.push(chunk);
    size += chunk.byteLength;
    text = text.slice(-3) + decoder.decode(chunk);
    if (size >= HEADER_BYTES || /\r?\n\r?\n/.test(text)) break;
  }
  return new Uint8Array(await new Blob(chunks.map((chunk) => new Uint8Array(chunk))).arrayBuffer());
}

/** The headers as they came, because the provider's own list has each name once. */
async function headersOf(
  { raw, headers }: z.infer<typeof Received>,
  signal: AbortSignal,
): Promise<MailHeaders> {
  if (raw) return await parseHeaders(await beginningOf(raw.download_url, signal));
  return Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
}

/**
 * A mail that came in, without its files.
 * @throws VendorError 404 when the provider does not have it
 * @see https://resend.com/docs/api-reference/emails/retrieve-received-email
 */
export async function readReceivedMail(id: string, signal: AbortSignal): Promise<IncomingMail> {
  const client = resendClient();
  const query = { html_format: "cid" };
  const mail = await client(["emails", "receiving", id], Received, { query, signal });
  const { to, cc, bcc, received_for } = mail;
  return {
    from: mail.from,
    recipients: [received_for, to, cc, bcc].flatMap((people) => people ?? []),
    subject: mail.subject ?? "",
    text: mail.text ?? null,
    html: mail.html ?? null,
    headers: await headersOf(mail, signal),
    fileCount: mail.attachments?.length ?? 0,
  };
}

/**
 * The files of a mail that came in, with links that soon end.
 * @throws VendorError 404 when the provider does not have it
 * @see https://resend.com/docs/api-reference/emails/list-received-email-attachments
 */
export async function listReceivedFiles(id: string, signal: AbortSignal): Promise<IncomingFile[]> {
  const path = ["emails", "receiving", id, "attachments"];
  const { data } = await resendClient()(path, Files, { signal });
  return data.map((file) => ({
    id: file.id,
    name: file.filename ?? "",
    contentType: file.content_type ?? "application/octet-stream",
    size: file.size,
    isInline: file.content_disposition === "inline",
    url: file.download_url,
  }));
}

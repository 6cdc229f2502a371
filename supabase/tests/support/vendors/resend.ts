import { randomBytes } from "node:crypto";
import { Mailbox } from "../../../../local/mail/mailbox.ts";
import { mailRoutes } from "../../../../local/mail/routes.ts";
import { serveVendor } from "./serve.ts";
import type { StartVendor } from "./vendor.ts";

/** How the next requests for a reader's mails go wrong. */
export interface MailFault {
  /** The reader. */
  readonly to: string;
  readonly times: number;
  /** Whether the mail is taken all the same. */
  readonly isTaken?: boolean;
  /** Silence: the connection stays open until the other side gives up. */
  readonly isSilent?: boolean;
  readonly status?: number;
  readonly name?: string;
  readonly retryAfter?: number;
  /** In place of an error's body. */
  readonly text?: string;
}

/** Answers after everybody has given up. */
const SILENCE_MS = 8_000;
const TIMEOUT_MS = 1_500;

/** The secret that tests sign Resend's deliveries with, and the one that links are signed with: this server and tests are different processes. */
export const RESEND_WEBHOOK_SECRET = `whsec_${Buffer.from("a secret of the tests for events").toString("base64")}`;
const MAIL_TOKEN_SECRET = "a-secret-of-the-tests-for-links";

async function faulty(fault: MailFault, accept: () => Promise<Response>): Promise<Response> {
  if (fault.isTaken) await accept();
  if (fault.isSilent) await new Promise((resolve) => setTimeout(resolve, SILENCE_MS).unref());
  const { status = 500, name = "application_error", retryAfter, text } = fault;
  const headers = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
  const body = text ?? JSON.stringify({ statusCode: status, name, message: "told by a test" });
  return new Response(body, { status, headers });
}

/** A loopback Resend: the mailbox of the embedded stack, with faults and a count of requests. */
export const startResend: StartVendor = async () => {
  const key = `re_${randomBytes(12).toString("hex")}`;
  const mailbox = new Mailbox({ key });
  const faults: (MailFault & { left: number })[] = [];
  const requests: { to: string; key: string | null; at: number }[] = [];

  async function send(request: Request): Promise<Response> {
    const { to } = (await request.clone().json()) as { to: string };
    requests.push({ to, key: request.headers.get("idempotency-key"), at: Date.now() });
    const fault = faults.find((each) => each.to === to && each.left > 0);
    if (fault === undefined) return await mailbox.accept(request);
    fault.left--;
    return await faulty(fault, () => mailbox.accept(request));
  }

  const server = await serveVendor(async (request) => {
    const url = new URL(request.url);
    if (url.pathname === "/__control/faults") {
      const fault = (await request.json()) as MailFault;
      faults.push({ ...fault, left: fault.times });
      return Response.json({});
    }
    if (url.pathname === "/__control/requests") return Response.json(requests);
    if (url.pathname === "/mail/api/emails" && request.method === "POST")
      return await send(request);
    return await mailRoutes(mailbox, request);
  });
  return {
    name: "resend",
    url: server.url,
    env: {
      RESEND_API_URL: `${server.url}/mail/api`,
      RESEND_API_KEY: key,
      RESEND_TIMEOUT_MS: String(TIMEOUT_MS),
      RESEND_WEBHOOK_SECRETS: RESEND_WEBHOOK_SECRET,
      MAIL_TOKEN_SECRETS: MAIL_TOKEN_SECRET,
    },
    stop: server.stop,
  };
};

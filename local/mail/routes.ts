import type { Mailbox } from "./mailbox.ts";
import { listPage, mailPage } from "./pages.ts";
import { sourceOf } from "./source.ts";

/** A mail's own HTML: it loads nothing, runs nothing, and has no origin. */
const sandboxed = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};
const plain = {
  "content-type": "text/plain; charset=utf-8",
  "x-content-type-options": "nosniff",
};

const absent = () =>
  Response.json(
    { statusCode: 404, name: "not_found", message: "Email not found" },
    { status: 404 },
  );

const textOf = (text: string, headers: Record<string, string>) => new Response(text, { headers });

/** What tests and programs read: the mails, newest first, as they were posted. `?to=` names a reader. */
function listed(mailbox: Mailbox, url: URL): Response {
  const to = url.searchParams.get("to");
  const mails = mailbox.mails.filter((mail) => to === null || [mail.to].flat().includes(to));
  return Response.json({ messages: mails });
}

/** What came in, as Resend hands it over, and its links, which need no key. */
function incoming(mailbox: Mailbox, path: string, url: URL, request: Request): Response | null {
  const [, area, id = "", part, at] =
    /^\/(emails\/receiving|received)\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path) ?? [];
  const mail =
    area === undefined || request.method !== "GET" ? undefined : mailbox.received.find(id);
  if (mail === undefined) return area === undefined ? null : absent();
  const base = `${url.origin}/mail/api/received`;
  if (area === "received") {
    return part === "raw" ? mailbox.received.raw(mail) : mailbox.received.file(mail, Number(at));
  }
  const { received } = mailbox;
  return (
    mailbox.refuseStranger(request) ??
    (part === "attachments" ? received.files(mail, base) : received.read(mail, base))
  );
}

async function api(mailbox: Mailbox, path: string, url: URL, request: Request): Promise<Response> {
  const { method } = request;
  if (path === "/emails" && method === "POST") return await mailbox.accept(request);
  if (path === "/messages" && method === "GET") return listed(mailbox, url);
  if (path === "/messages" && method === "DELETE") {
    mailbox.clear();
    return new Response(null, { status: 204 });
  }
  if (path === "/received" && method === "POST") return await mailbox.received.accept(request);
  const answer = incoming(mailbox, path, url, request);
  if (answer !== null) return answer;
  const id = /^\/emails\/([^/]+)$/.exec(path)?.[1];
  const mail = id === undefined || method !== "GET" ? undefined : mailbox.find(id);
  return mail === undefined ? absent() : Response.json({ object: "email", ...mail });
}

/**
 * Everything below `/mail`: Resend's contract and a list for programs at `/mail/api`, pages for people beside it. No
 * answer names an allowed origin, so that no page of another site reads the mails.
 */
export async function mailRoutes(mailbox: Mailbox, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const path = url.pathname.replace(/^\/mail/, "").replace(/\/$/, "");
  if (path.startsWith("/api")) return await api(mailbox, path.slice("/api".length), url, request);
  if (path === "") return listPage(mailbox.mails);
  const [, id = "", part] = path.split("/");
  const mail = mailbox.find(id);
  if (mail === undefined) return absent();
  if (part === undefined) return mailPage(mail);
  if (part === "html") return textOf(mail.html ?? "", sandboxed);
  if (part === "text") return textOf(mail.text ?? "", plain);
  return part === "raw" ? textOf(sourceOf(mail), plain) : absent();
}

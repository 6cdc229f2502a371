import { html, raw } from "hono/html";
import type { StoredMail } from "./mailbox.ts";

const headers = {
  "cache-control": "no-store",
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

const style = raw(
  "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #8884}iframe{width:100%;height:32rem;border:1px solid #8884;background:#fff}pre{white-space:pre-wrap;overflow-wrap:anywhere}:root{color-scheme:light dark}",
);

const page = (title: string, body: unknown): Response =>
  new Response(
    String(html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${style}</style></head><body>${body}</body></html>`),
    { headers },
  );

const people = (value: StoredMail["to"] | undefined): string => [value ?? []].flat().join(", ");

/** The mails, the newest first. */
export const listPage = (mails: readonly StoredMail[]): Response =>
  page(
    "Mailbox",
    html`<h1>Mailbox</h1>
<p>What the functions and Auth sent. Nothing left this machine.</p>
<table><thead><tr><th>Sent</th><th>To</th><th>Subject</th></tr></thead><tbody>
${mails.map(
  (mail) =>
    html`<tr><td><time datetime="${mail.created_at}">${mail.created_at}</time></td><td>${people(mail.to)}</td><td><a href="/mail/${mail.id}">${mail.subject}</a></td></tr>`,
)}
</tbody></table>${mails.length === 0 ? html`<p>No mail yet.</p>` : ""}`,
  );

/** One mail: its HTML in a frame that runs nothing, its text, and the way to its source. */
export const mailPage = (mail: StoredMail): Response =>
  page(
    mail.subject,
    html`<p><a href="/mail">All mails</a> · <a href="/mail/${mail.id}/html">HTML alone</a> · <a href="/mail/${mail.id}/text">Text alone</a> · <a href="/mail/${mail.id}/raw">Source</a></p>
<h1>${mail.subject}</h1>
<table><tbody>
<tr><th>From</th><td>${mail.from}</td></tr>
<tr><th>To</th><td>${people(mail.to)}</td></tr>
<tr><th>Reply to</th><td>${people(mail.reply_to)}</td></tr>
<tr><th>Sent</th><td>${mail.created_at}</td></tr>
${Object.entries(mail.headers).map(([name, value]) => html`<tr><th>${name}</th><td>${value}</td></tr>`)}
</tbody></table>
<h2>HTML</h2>
<iframe title="The mail as HTML" sandbox="" src="/mail/${mail.id}/html"></iframe>
<h2>Text</h2>
<pre>${mail.text ?? ""}</pre>`,
  );

/** The page behind a link of a mail that turns its kind off. On a hosted project the product has it. */
export const unsubscribePage = (token: string): Response =>
  page(
    "Turn mails off",
    html`<h1>Turn mails of this kind off?</h1>
<form method="post" action="/functions/v1/email-unsubscribe?token=${encodeURIComponent(token)}"><button>Turn off</button></form>`,
  );

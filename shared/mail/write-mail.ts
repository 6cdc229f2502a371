import { html } from "hono/html";
import { deskAddress, mailFrom, publicUrl, siteUrl } from "./env.ts";
import type { OutgoingMail } from "./mail.ts";
import type { Item, Material } from "./material.ts";
import { signToken } from "./tokens.ts";
import { oneLine, speaker } from "./words.ts";

/** Notifications of one mail that are told one by one; the others are counted. */
const ITEMS = 20;
const SUBJECT_LENGTH = 200;
/** An address of a header is one address and nothing else. */
const ADDRESS = /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/;

/** A part of a mail: a paragraph, or a link under its own words. */
type Block = { readonly text: string; readonly url?: string };

/** The page that a kind is about. */
function pageOf(kind: string, id: string | null): string {
  const folder = /^(?:ticket|sla)_/.test(kind)
    ? "tickets"
    : /^class_/.test(kind)
      ? "classes"
      : null;
  return folder === null || id === null
    ? `${siteUrl()}/account`
    : `${siteUrl()}/${folder}/${encodeURIComponent(id)}`;
}

const paragraphs = (text: string): Block[] =>
  text.split(/\n{2,}/).map((paragraph) => ({ text: paragraph }));

/** What was written in a ticket, which its reader may answer. */
const quoteOf = ({ data }: Item, { links }: Material): Block[] => {
  const text = typeof data.entry_id === "string" ? links.texts?.[data.entry_id] : undefined;
  return text === undefined ? [] : paragraphs(text);
};

/** The ticket that an answer to the mail belongs to: all that it tells is about one. */
function isAnswerable({ kind, items }: Material): boolean {
  const [first] = items;
  return (
    /^ticket_(?:reply|resolved)$/.test(kind) &&
    deskAddress() !== null &&
    items.every(({ subject_id }) => subject_id !== null && subject_id === first?.subject_id)
  );
}

/** An address of the desk's at which an answer finds its ticket: `support+<token>@…`. */
function replyAddress(deliveryId: string): string {
  const [local, domain] = (deskAddress() ?? "").split("@");
  return `${local}+${signToken("reply", deliveryId)}@${domain}`;
}

function blocksOf(material: Material, unsubscribeUrl: string | null): Block[] {
  const { all, say, ofItem } = speaker(material);
  const { items, kind, name, links } = material;
  const [first] = items;
  const greeting =
    name === null ? say(all.greeting) : say(all.greetingByName, { name: oneLine(name, 100) });
  const told = items.slice(0, ITEMS).flatMap((item): Block[] => {
    const body = items.length === 1 ? ofItem("body", item) : ofItem("subject", item);
    return [{ text: body }, ...quoteOf(item, material)];
  });
  const hidden = items.length - ITEMS;
  return [
    { text: greeting },
    ...told,
    ...(hidden > 0 ? [{ text: say(all.more, { count: hidden }) }] : []),
    {
      text: say(all.open),
      url: pageOf(kind, items.length === 1 ? (first?.subject_id ?? null) : null),
    },
    ...(links.survey_token
      ? [
          {
            text: say(all.rate),
            url: `${siteUrl()}/rate?token=${encodeURIComponent(links.survey_token)}`,
          },
        ]
      : []),
    ...(isAnswerable(material) ? [{ text: say(all.answer) }] : []),
    { text: say(all.why) },
    ...(unsubscribeUrl === null ? [] : [{ text: say(all.unsubscribe), url: unsubscribeUrl }]),
  ];
}

const asText = (blocks: readonly Block[]): string =>
  blocks.map(({ text, url }) => (url === undefined ? text : `${text}: ${url}`)).join("\n\n");

function asHtml(blocks: readonly Block[], language: string): string {
  const lines = (text: string) =>
    text.split("\n").map((line, at) => (at === 0 ? html`${line}` : html`<br>${line}`));
  const parts = blocks.map(({ text, url }) =>
    url === undefined ? html`<p>${lines(text)}</p>` : html`<p><a href="${url}">${text}</a></p>`,
  );
  return String(html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>
<body style="font-family: sans-serif; line-height: 1.5; max-width: 40em; margin: auto; padding: 1em">${parts}</body></html>`);
}

function subjectOf(material: Material): string {
  const { all, say, ofItem } = speaker(material);
  const [first] = material.items;
  const subject = first === undefined ? "" : ofItem("subject", first);
  const { length: count } = material.items;
  return oneLine(
    count === 1 ? subject : say(all.digestSubject, { count, first: subject }),
    SUBJECT_LENGTH,
  );
}

/**
 * Writes a mail: every value is text, escaped where it becomes HTML and on one line where it becomes a header.
 * @throws Error for a kind without words, and for an address that is none
 */
export function writeMail(deliveryId: string, material: Material): OutgoingMail {
  const { address, language, is_required, kind } = material;
  if (!ADDRESS.test(address)) throw new Error("no_address");
  const token = is_required ? null : signToken("unsubscribe", deliveryId);
  const page = token === null ? null : `${siteUrl()}/unsubscribe?token=${token}`;
  const oneClick = `${publicUrl()}/functions/v1/email-unsubscribe?token=${token}`;
  const blocks = blocksOf(material, page);
  return {
    from: oneLine(mailFrom(), SUBJECT_LENGTH),
    to: address,
    ...(isAnswerable(material) ? { reply_to: replyAddress(deliveryId) } : {}),
    subject: subjectOf(material),
    html: asHtml(blocks, language),
    text: asText(blocks),
    headers: {
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "All",
      ...(token === null
        ? {}
        : {
            "List-Unsubscribe": `<${oneClick}>`,
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
          }),
    },
    tags: [
      { name: "delivery", value: deliveryId },
      { name: "kind", value: kind },
    ],
  };
}

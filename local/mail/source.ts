import type { StoredMail } from "./mailbox.ts";

const encoded = (text: string): string =>
  /^[\x20-\x7e]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`;

const folded = (text: string): string =>
  (
    Buffer.from(text)
      .toString("base64")
      .match(/.{1,76}/g) ?? []
  ).join("\r\n");

const BOUNDARY = "switchboard-mailbox";

/** The mail as it would go over the wire. */
export function sourceOf(mail: StoredMail): string {
  const { from, to, reply_to, subject, headers, html, text, message_id, created_at } = mail;
  const lines = [
    ["From", from],
    ["To", [to].flat().join(", ")],
    ...(reply_to === undefined ? [] : [["Reply-To", [reply_to].flat().join(", ")]]),
    ["Subject", encoded(subject)],
    ["Date", new Date(created_at).toUTCString()],
    ["Message-ID", message_id],
    ...Object.entries(headers),
    ["MIME-Version", "1.0"],
    ["Content-Type", `multipart/alternative; boundary="${BOUNDARY}"`],
  ].map(([name, value]) => `${name}: ${value}`);
  const part = (type: string, content: string | undefined) =>
    content === undefined
      ? []
      : [
          `--${BOUNDARY}`,
          `Content-Type: text/${type}; charset=utf-8`,
          "Content-Transfer-Encoding: base64",
          "",
          folded(content),
        ];
  return [...lines, "", ...part("plain", text), ...part("html", html), `--${BOUNDARY}--`, ""].join(
    "\r\n",
  );
}

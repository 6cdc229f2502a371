import { Buffer } from "node:buffer";

/** The file formats that are known by their first bytes. */
export type SignatureName = "jpeg" | "png" | "gif" | "webp" | "pdf" | "zip" | "cfb";

/** How much of a file's beginning is looked at: as far as readers of PDF look for theirs. */
export const HEAD_BYTES = 1024;

/**
 * One character a byte.
 * @see https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern
 * @see https://www.garykessler.net/library/file_sigs.html
 */
const starts: Readonly<Record<SignatureName, readonly string[]>> = {
  jpeg: ["\xff\xd8\xff"],
  png: ["\x89PNG\r\n\x1a\n"],
  gif: ["GIF87a", "GIF89a"],
  webp: ["RIFF"],
  pdf: ["%PDF-"],
  zip: ["PK\x03\x04"],
  cfb: ["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"],
};

/** What scanners write in front of a PDF, and readers pass over: a byte order mark, NUL and white space. */
const PDF_PADDING = new Set("\xef\xbb\xbf\0\t\n\f\r ");

function latin1(head: Uint8Array): string {
  return Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString("latin1");
}

/** Whether a file begins as the format does. */
export function beginsAs(name: SignatureName, head: Uint8Array): boolean {
  const file = latin1(head);
  if (name === "webp" && file.slice(8, 12) !== "WEBP") return false;
  const at = name === "pdf" ? [...file].findIndex((byte) => !PDF_PADDING.has(byte)) : 0;
  return starts[name].some((start) => file.startsWith(start, Math.max(0, at)));
}

// After a byte order mark, white space, and what an XML file may have in front of its first element.
const markup =
  /^(?:\xef\xbb\xbf)?\s*(?:<!doctype html|(?:<\?[^>]*>\s*|<!--(?:(?!-->)[\s\S])*-->\s*|<!doctype[^>]*>\s*)*<(?:[\w-]+:)?(?:html|head|body|script|iframe|svg)[\s>/])/i;

/** Whether the file begins as HTML or SVG: what browsers take for a page or a drawing. */
export function looksLikeMarkup(head: Uint8Array): boolean {
  return markup.test(latin1(head));
}

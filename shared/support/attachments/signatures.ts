import { Buffer } from "node:buffer";

/** The file formats that are known by their first bytes. */
export type SignatureName =
  | "jpeg"
  | "png"
  | "gif"
  | "webp"
  | "pdf"
  | "zip"
  | "cfb"
  | "rar"
  | "7z"
  | "elf";

/** Where a second signature makes a polyglot: as far in as readers of PDF look for theirs. */
const SIGNATURE_WINDOW_BYTES = 1024;

/** The longest signature, so that one is found that begins in the window and ends behind it. */
const LONGEST_BYTES = 12;

/** How much of a file's beginning is looked at. */
export const HEAD_BYTES = SIGNATURE_WINDOW_BYTES + LONGEST_BYTES;

interface Signature {
  readonly name: SignatureName;
  /** One character a byte. */
  readonly start: string;
  /** What has to follow, where the start alone may turn up by accident among compressed bytes. */
  readonly goesOn?: (file: Buffer, at: number) => boolean;
}

/** The marker after a JPEG's first: an application segment, a table, a frame or a comment. */
function isJpegMarker(marker: number | undefined): boolean {
  if (marker === undefined) return false;
  return (
    (marker >= 0xc0 && marker <= 0xcf) ||
    (marker >= 0xdb && marker <= 0xef && marker !== 0xdc) ||
    marker === 0xfe
  );
}

/**
 * @see https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern
 * @see https://www.garykessler.net/library/file_sigs.html
 */
const signatures: readonly Signature[] = [
  { name: "jpeg", start: "\xff\xd8\xff", goesOn: (file, at) => isJpegMarker(file[at + 3]) },
  { name: "png", start: "\x89PNG\r\n\x1a\n" },
  { name: "gif", start: "GIF87a" },
  { name: "gif", start: "GIF89a" },
  {
    name: "webp",
    start: "RIFF",
    goesOn: (file, at) => file.toString("latin1", at + 8, at + 12) === "WEBP",
  },
  { name: "pdf", start: "%PDF-" },
  { name: "zip", start: "PK\x03\x04" },
  { name: "cfb", start: "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" },
  { name: "rar", start: "Rar!\x1a\x07" },
  { name: "7z", start: "7z\xbc\xaf\x27\x1c" },
  { name: "elf", start: "\x7fELF" },
];

/** A signature and where it begins. */
export interface FoundSignature {
  readonly name: SignatureName;
  readonly offset: number;
}

function viewOf(head: Uint8Array): Buffer {
  return Buffer.from(head.buffer, head.byteOffset, head.byteLength);
}

function* offsetsOf(file: Buffer, { start, goesOn }: Signature): Generator<number> {
  const bytes = Buffer.from(start, "latin1");
  for (let at = file.indexOf(bytes); at >= 0; at = file.indexOf(bytes, at + 1)) {
    if (at >= SIGNATURE_WINDOW_BYTES) return;
    if (goesOn?.(file, at) ?? true) yield at;
  }
}

/** Every known signature that begins in the first KiB. */
export function findSignatures(head: Uint8Array): FoundSignature[] {
  const file = viewOf(head);
  return signatures.flatMap((signature) =>
    [...offsetsOf(file, signature)].map((offset) => ({ name: signature.name, offset })),
  );
}

/** After a byte order mark and white space: what browsers take for a page or a drawing. */
const page = /^(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|body|script|iframe|svg)[\s>]/i;
const xml = /^(?:\xef\xbb\xbf)?\s*<\?xml[\s\S]*<(?:svg|html)[\s>]/i;

/** Whether the file begins as HTML or SVG. */
export function looksLikeMarkup(head: Uint8Array): boolean {
  const text = viewOf(head).toString("latin1");
  return page.test(text) || xml.test(text);
}

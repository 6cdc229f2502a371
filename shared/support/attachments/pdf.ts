import { Buffer } from "node:buffer";
import { endRecords } from "./zip-directory.ts";

/** As far as readers of PDF look for its header and for its end. */
const WINDOW_BYTES = 1024;
const END = /startxref\s+\d+\s+%%EOF/;
/** NUL, tab, line feed, form feed, carriage return, space. */
const PADDING: ReadonlySet<number | undefined> = new Set([0, 9, 10, 12, 13, 32]);

/** Whether the file ends as a PDF: its last pointer and mark are in the last KiB in front of any padding. */
export function endsAsPdf(tail: Uint8Array): boolean {
  let end = tail.byteLength;
  while (end > 0 && PADDING.has(tail[end - 1])) end--;
  const last = Buffer.from(tail.subarray(Math.max(0, end - WINDOW_BYTES), end));
  return END.test(last.toString("latin1"));
}

/** Whether readers of PDF would open the file, whatever else it is: header and end are where they look. */
export function readsAsPdf(head: Uint8Array, tail: Uint8Array): boolean {
  return Buffer.from(head).includes("%PDF-") && endsAsPdf(tail);
}

/** Whether unpackers find a ZIP in a PDF that is not one of its own streams, as an attached file is. */
export function hidesZip(tail: Uint8Array, fileSize: number): boolean {
  for (const { endsAt } of endRecords(tail, fileSize)) {
    const at = endsAt - (fileSize - tail.byteLength);
    const next = Buffer.from(tail.subarray(at, at + 16)).toString("latin1");
    if (!/^\s*endstream/.test(next)) return true;
  }
  return false;
}

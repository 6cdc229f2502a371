import { Buffer } from "node:buffer";
import type { FileFamily } from "./accepted-types.ts";
import { END_RECORD_MAX_BYTES, findEndRecord } from "./zip-directory.ts";

/** What the beginning and the end of a file are judged by. */
export interface FileEnds {
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  readonly size: number;
}

const PNG_END = Buffer.from("\0\0\0\0IEND\xae\x42\x60\x82", "latin1");
const PDF_END = Buffer.from("%%EOF", "latin1");
const PDF_END_WINDOW = 1024;
/** Room for the directory of an office file of a few thousand parts. */
const OFFICE_TAIL_BYTES = 256 * 1024;

/** How many of its last bytes tell the end of a file. Images may hide a ZIP's end record, hence more than their marker. */
export const TAIL_BYTES: Readonly<Record<FileFamily, number>> = {
  jpeg: 2 * END_RECORD_MAX_BYTES,
  png: 2 * END_RECORD_MAX_BYTES,
  gif: 2 * END_RECORD_MAX_BYTES,
  webp: 2 * END_RECORD_MAX_BYTES,
  pdf: PDF_END_WINDOW,
  zip: END_RECORD_MAX_BYTES,
  office: OFFICE_TAIL_BYTES,
  cfb: 1,
  text: 1,
};

function endsWith(tail: Uint8Array, marker: Uint8Array): boolean {
  return Buffer.compare(tail.subarray(-marker.byteLength), marker) === 0;
}

/** RIFF says at its start how long it is, and pads to an even length. */
function isWholeRiff({ head, size }: FileEnds): boolean {
  if (head.byteLength < 12) return false;
  const declared = Buffer.from(head.subarray(4, 8)).readUInt32LE() + 8;
  return size === declared || size === declared + (declared % 2);
}

const isWholeByFamily: Readonly<Record<FileFamily, (ends: FileEnds) => boolean>> = {
  jpeg: ({ tail }) => endsWith(tail, Uint8Array.of(0xff, 0xd9)),
  png: ({ tail }) => endsWith(tail, PNG_END),
  gif: ({ tail }) => endsWith(tail, Uint8Array.of(0x3b)),
  webp: isWholeRiff,
  pdf: ({ tail }) => Buffer.from(tail).includes(PDF_END),
  zip: ({ tail, size }) => findEndRecord(tail, size) !== undefined,
  office: ({ tail, size }) => findEndRecord(tail, size) !== undefined,
  cfb: () => true,
  text: () => true,
};

/** Whether the file ends as its format has it; a truncated one does not. */
export function isWhole(family: FileFamily, ends: FileEnds): boolean {
  return isWholeByFamily[family](ends);
}

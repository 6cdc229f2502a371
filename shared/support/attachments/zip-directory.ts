import { Buffer } from "node:buffer";

/** Where a ZIP's list of entries is. */
export interface EndRecord {
  readonly entries: number;
  /** As the record has it: from the start of the archive, which is the file's unless something stands in front. */
  readonly directoryOffset: number;
  readonly directorySize: number;
  /** Where the directory has to end: in front of the record, from the start of the file. */
  readonly directoryEnd: number;
  /** The file's first byte behind the record and its comment. */
  readonly endsAt: number;
}

/** An entry as the central directory, which readers go by, has it. */
export interface ZipEntry {
  readonly name: string;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly compressedSize: number;
  readonly headerOffset: number;
}

/** As far from its end as a file is searched for an end record: twice what the longest comment needs. */
export const ZIP_TAIL_BYTES = 2 * (22 + 0xffff);

const END_RECORD = Buffer.from("PK\x05\x06", "latin1");
const END_RECORD_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const ENTRY = 0x02014b50;
const NARROW = 0xffffffff;

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function wide(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}

/** The record of ZIP64 in front of the classic one, by the locator between the two. */
function readEnd64(tail: Buffer, locator: number) {
  const at = locator - 56;
  if (at < 0 || tail.readUInt32LE(locator) !== LOCATOR_64) return undefined;
  if (tail.readUInt32LE(at) !== END_RECORD_64) return undefined;
  const [entries, directorySize, directoryOffset] = [32, 40, 48].map((field) =>
    wide(tail, at + field),
  );
  return { entries, directorySize, directoryOffset, at };
}

/**
 * The end records in the tail that have a directory in front of themselves, the last one first.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT 4.3.14 to 4.3.16
 */
export function* endRecords(bytes: Uint8Array, fileSize: number): Generator<EndRecord> {
  const tail = view(bytes);
  const tailOffset = fileSize - tail.byteLength;
  for (let at = tail.lastIndexOf(END_RECORD); at >= 0; at = tail.lastIndexOf(END_RECORD, at - 1)) {
    if (at + 22 <= tail.byteLength) {
      const end64 = at >= 20 ? readEnd64(tail, at - 20) : undefined;
      const record: EndRecord = {
        entries: end64?.entries ?? tail.readUInt16LE(at + 10),
        directorySize: end64?.directorySize ?? tail.readUInt32LE(at + 12),
        directoryOffset: end64?.directoryOffset ?? tail.readUInt32LE(at + 16),
        directoryEnd: tailOffset + (end64?.at ?? at),
        endsAt: tailOffset + at + 22 + tail.readUInt16LE(at + 20),
      };
      const start = record.directoryEnd - record.directorySize - tailOffset;
      // A directory that begins in front of the tail cannot be looked at, and is believed.
      const isThere = start < 0 || tail.readUInt32LE(start) === ENTRY;
      const fits = record.directoryOffset + record.directorySize <= record.directoryEnd;
      if (record.entries > 0 && record.endsAt <= fileSize && fits && isThere) yield record;
    }
    if (at === 0) return;
  }
}

/** The end record of an archive that begins where the file does. Something may follow it, nothing may stand between. */
export function findEndRecord(tail: Uint8Array, fileSize: number): EndRecord | undefined {
  for (const record of endRecords(tail, fileSize)) {
    if (record.directoryOffset + record.directorySize === record.directoryEnd) return record;
  }
  return undefined;
}

/** The fields that did not fit into an entry, in the order in which they stand in its extra field (4.5.3). */
function widened(extra: Buffer, narrow: readonly number[]): number[] {
  let at = 0;
  while (at + 4 <= extra.byteLength && extra.readUInt16LE(at) !== 1) {
    at += 4 + extra.readUInt16LE(at + 2);
  }
  at += 4;
  return narrow.map((value) => {
    if (value !== NARROW || at + 8 > extra.byteLength) return value;
    at += 8;
    return wide(extra, at - 8);
  });
}

/** The entries, or undefined when the directory is broken or not wholly in the tail. */
export function readDirectory(
  tail: Uint8Array,
  fileSize: number,
  record: EndRecord,
): ZipEntry[] | undefined {
  const start = record.directoryOffset - (fileSize - tail.byteLength);
  if (start < 0) return undefined;
  const directory = view(tail.subarray(start, start + record.directorySize));
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let count = 0; count < record.entries; count++) {
    if (at + 46 > directory.byteLength || directory.readUInt32LE(at) !== ENTRY) return undefined;
    const nameEnd = at + 46 + directory.readUInt16LE(at + 28);
    const extraEnd = nameEnd + directory.readUInt16LE(at + 30);
    const narrow = [24, 20, 42].map((field) => directory.readUInt32LE(at + field));
    const [, compressedSize = 0, headerOffset = 0] = widened(
      directory.subarray(nameEnd, extraEnd),
      narrow,
    );
    entries.push({
      name: directory.toString("utf8", at + 46, nameEnd),
      method: directory.readUInt16LE(at + 10),
      compressedSize,
      headerOffset,
    });
    at = extraEnd + directory.readUInt16LE(at + 32);
  }
  return entries;
}

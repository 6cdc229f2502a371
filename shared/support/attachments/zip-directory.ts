import { Buffer } from "node:buffer";

/** Where a ZIP's list of entries is; offsets count from the start of the file. */
export interface EndRecord {
  readonly entries: number;
  readonly directoryOffset: number;
  readonly directorySize: number;
}

/** An entry as the central directory, which readers go by, has it. */
export interface ZipEntry {
  readonly name: string;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly compressedSize: number;
  readonly headerOffset: number;
}

/** The end record with the longest comment. */
export const END_RECORD_MAX_BYTES = 22 + 0xffff;

const END_RECORD = Buffer.from("PK\x05\x06", "latin1");
const ENTRY = 0x02014b50;

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** End records in the tail that name a directory in front of themselves, the last one first. */
function* endRecords(tail: Buffer, fileSize: number) {
  const tailOffset = fileSize - tail.byteLength;
  for (let at = tail.lastIndexOf(END_RECORD); at >= 0; at = tail.lastIndexOf(END_RECORD, at - 1)) {
    if (at + 22 <= tail.byteLength) {
      const record: EndRecord = {
        entries: tail.readUInt16LE(at + 10),
        directorySize: tail.readUInt32LE(at + 12),
        directoryOffset: tail.readUInt32LE(at + 16),
      };
      const endsAt = tailOffset + at + 22 + tail.readUInt16LE(at + 20);
      const isPlausible = record.directoryOffset + record.directorySize <= tailOffset + at;
      if (isPlausible) yield { record, endsAt };
    }
    if (at === 0) return;
  }
}

/**
 * The end record that ends the file.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT 4.3.16
 */
export function findEndRecord(tail: Uint8Array, fileSize: number): EndRecord | undefined {
  for (const { record, endsAt } of endRecords(view(tail), fileSize)) {
    if (endsAt === fileSize && record.entries > 0) return record;
  }
  return undefined;
}

/** Whether unpackers would find a ZIP here: they put up with bytes behind the record. */
export function hasEndRecord(tail: Uint8Array, fileSize: number): boolean {
  return !endRecords(view(tail), fileSize).next().done;
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
    entries.push({
      name: directory.toString("utf8", at + 46, nameEnd),
      method: directory.readUInt16LE(at + 10),
      compressedSize: directory.readUInt32LE(at + 20),
      headerOffset: directory.readUInt32LE(at + 42),
    });
    at = nameEnd + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

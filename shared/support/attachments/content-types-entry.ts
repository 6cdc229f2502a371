import { Buffer } from "node:buffer";
import type { ZipEntry } from "./zip-directory.ts";

/** The entry by which an office file says what it is (ECMA-376 part 2, 10.1.2). */
export const CONTENT_TYPES_NAME = "[Content_Types].xml";

const NAME = Buffer.from(CONTENT_TYPES_NAME, "latin1");
const LOCAL_HEADER = 0x04034b50;
const HEADER_BYTES = 30;
const MAX_COMPRESSED_BYTES = 64 * 1024;
/** For all candidates together: those of documents inside, which are seen as well when they are stored, are small. */
const MAX_KEPT_BYTES = 1024 * 1024;
const MAX_LIST_BYTES = 1024 * 1024;

interface Candidate {
  readonly offset: number;
  readonly parts: Uint8Array[];
  /** How many bytes are still wanted. */
  left: number;
}

/** Unpacks at most a MiB; undefined for what is longer or broken. */
async function inflate(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array | undefined> {
  const reader = new Blob([packed])
    .stream()
    .pipeThrough(new DecompressionStream("deflate-raw"))
    .getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return Buffer.concat(parts);
      parts.push(value);
      size += value.byteLength;
      if (size > MAX_LIST_BYTES) {
        await reader.cancel();
        return undefined;
      }
    }
  } catch {
    return undefined;
  }
}

/**
 * Picks the content-types entry out of a ZIP that streams by. Which of the candidates it is, only the directory at
 * the end says; so all of them are kept, each up to 64 KiB or to the size that its header tells.
 */
export class ContentTypesEntry {
  readonly #candidates: Candidate[] = [];
  #kept = 0;
  #carry: Buffer = Buffer.alloc(0);
  #position = 0;

  push(chunk: Uint8Array): void {
    for (const candidate of this.#candidates) this.#extend(candidate, chunk);
    const data = Buffer.concat([this.#carry, chunk]);
    const dataOffset = this.#position - this.#carry.byteLength;
    let at = data.indexOf(NAME, Math.max(HEADER_BYTES, this.#carry.byteLength - NAME.length + 1));
    while (at >= 0) {
      const start = at - HEADER_BYTES;
      if (data.readUInt32LE(start) === LOCAL_HEADER) this.#begin(dataOffset + start, data, start);
      at = data.indexOf(NAME, at + 1);
    }
    this.#position += chunk.byteLength;
    const kept = Math.min(data.byteLength, HEADER_BYTES + NAME.length - 1);
    this.#carry = Buffer.from(data.subarray(data.byteLength - kept));
  }

  /** What the entry unpacks to, or undefined when it was not seen, is too large or is broken. */
  async read(entry: ZipEntry): Promise<Uint8Array | undefined> {
    const candidate = this.#candidates.find(({ offset }) => offset === entry.headerOffset);
    if (!candidate) return undefined;
    const bytes = Buffer.concat(candidate.parts);
    const start = HEADER_BYTES + bytes.readUInt16LE(26) + bytes.readUInt16LE(28);
    const end = start + entry.compressedSize;
    if (end > bytes.byteLength) return undefined;
    const packed = new Uint8Array(bytes.subarray(start, end));
    if (entry.method === 0) return packed;
    return entry.method === 8 ? await inflate(packed) : undefined;
  }

  #begin(offset: number, data: Buffer, start: number): void {
    // Zero where the sizes follow the data, all bits set where ZIP64 has them.
    const told = data.readUInt32LE(start + 18);
    const names = data.readUInt16LE(start + 26) + data.readUInt16LE(start + 28);
    const size = told === 0 ? MAX_COMPRESSED_BYTES : Math.min(told, MAX_COMPRESSED_BYTES);
    const candidate: Candidate = { offset, parts: [], left: HEADER_BYTES + names + size };
    this.#extend(candidate, data.subarray(start));
    this.#candidates.push(candidate);
  }

  #extend(candidate: Candidate, bytes: Uint8Array): void {
    const room = Math.min(candidate.left, MAX_KEPT_BYTES - this.#kept);
    if (room <= 0) return;
    const part = new Uint8Array(bytes.subarray(0, room));
    candidate.parts.push(part);
    candidate.left -= part.byteLength;
    this.#kept += part.byteLength;
  }
}

import { createHash } from "node:crypto";
import { type AcceptedContentType, type AcceptedType, typeOf } from "./accepted-types.ts";
import { CONTENT_TYPES_NAME, ContentTypesEntry } from "./content-types-entry.ts";
import { isWhole, TAIL_BYTES } from "./end-markers.ts";
import { findSignatures, HEAD_BYTES, looksLikeMarkup } from "./signatures.ts";
import { Tail } from "./tail.ts";
import { TextCheck } from "./text-check.ts";
import { findEndRecord, hasEndRecord, readDirectory } from "./zip-directory.ts";

/** Why a file is not what it was declared to be. */
export type RejectionReason =
  | "size_mismatch"
  | "signature_mismatch"
  | "incomplete"
  | "polyglot"
  | "not_text"
  | "markup"
  | "not_office";

/** What was found once the whole file was seen. */
export type Inspected =
  | { readonly sha256: string; readonly rejection: null }
  | { readonly rejection: RejectionReason };

const rejected = (rejection: RejectionReason): Inspected => ({ rejection });

/**
 * Looks at a file that streams by, once, in memory that does not grow with it: size, hash, signature, end,
 * inside (design 4.5).
 */
export class FileInspection {
  readonly #type: AcceptedType;
  readonly #declaredSize: number;
  readonly #hash = createHash("sha256");
  readonly #head = new Uint8Array(HEAD_BYTES);
  readonly #tail: Tail;
  readonly #text: TextCheck | null;
  readonly #contentTypes: ContentTypesEntry | null;
  #size = 0;

  constructor(contentType: AcceptedContentType, sizeBytes: number) {
    this.#type = typeOf(contentType);
    this.#declaredSize = sizeBytes;
    this.#tail = new Tail(TAIL_BYTES[this.#type.family]);
    this.#text = this.#type.family === "text" ? new TextCheck() : null;
    this.#contentTypes = this.#type.family === "office" ? new ContentTypesEntry() : null;
  }

  /** Whether there is more than was declared, which no further byte can mend. */
  get isTooLong(): boolean {
    return this.#size > this.#declaredSize;
  }

  push(chunk: Uint8Array): void {
    if (this.#size < HEAD_BYTES) {
      this.#head.set(chunk.subarray(0, HEAD_BYTES - this.#size), this.#size);
    }
    this.#size += chunk.byteLength;
    if (this.isTooLong) return;
    this.#hash.update(chunk);
    this.#tail.push(chunk);
    this.#text?.push(chunk);
    this.#contentTypes?.push(chunk);
  }

  /** The verdict; call it once, after the last byte. */
  async finish(): Promise<Inspected> {
    if (this.#size !== this.#declaredSize) return rejected("size_mismatch");
    const rejection = this.#judgeEnds() ?? (await this.#judgeOffice());
    return rejection === null
      ? { sha256: this.#hash.digest("hex"), rejection }
      : rejected(rejection);
  }

  #judgeEnds(): RejectionReason | null {
    const { family, signature, isRaster } = this.#type;
    const head = this.#head.subarray(0, this.#size);
    const tail = this.#tail.bytes();
    const found = findSignatures(head);
    if (signature !== null && !found.some((one) => one.offset === 0 && one.name === signature)) {
      return "signature_mismatch";
    }
    if (this.#text && !this.#text.isText()) return "not_text";
    if (looksLikeMarkup(head)) return "markup";
    if (found.some(({ name }) => name !== signature)) return "polyglot";
    if (isRaster && hasEndRecord(tail, this.#size)) return "polyglot";
    return isWhole(family, { head, tail, size: this.#size }) ? null : "incomplete";
  }

  async #judgeOffice(): Promise<RejectionReason | null> {
    if (this.#contentTypes === null) return null;
    const tail = this.#tail.bytes();
    const end = findEndRecord(tail, this.#size);
    const entries = end && readDirectory(tail, this.#size, end);
    const entry = entries?.find(({ name }) => name === CONTENT_TYPES_NAME);
    const text = entry && (await this.#contentTypes.read(entry));
    const { contentTypes = "" } = this.#type;
    const isOffice = text?.includes(contentTypes) && !text.includes("macroEnabled");
    return isOffice ? null : "not_office";
  }
}

/** Thrown into a stream whose file is rejected, so that whoever reads it never sees its end. */
class RejectedFileError extends Error {
  override readonly name = "RejectedFileError";
}

/** Passes a file on while it is inspected; `inspected` is null until the end was seen. */
export function inspecting(inspection: FileInspection) {
  let inspected: Inspected | null = null;
  const stream = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      inspection.push(chunk);
      if (inspection.isTooLong) {
        inspected = rejected("size_mismatch");
        throw new RejectedFileError();
      }
      controller.enqueue(chunk);
    },
    flush: async () => {
      inspected = await inspection.finish();
      if (inspected.rejection !== null) throw new RejectedFileError();
    },
  });
  return { stream, inspected: (): Inspected | null => inspected };
}

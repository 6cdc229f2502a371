import { createHash } from "node:crypto";
import {
  type AcceptedContentType,
  type AcceptedType,
  type FileFamily,
  typeOf,
} from "./accepted-types.ts";
import { CompoundBytes, judgeCompound } from "./compound-verdict.ts";
import { CONTENT_TYPES_NAME, ContentTypesEntry } from "./content-types-entry.ts";
import { imageStructures } from "./image-structures.ts";
import { judgeParts } from "./office-parts.ts";
import { endsAsPdf, hidesZip, readsAsPdf } from "./pdf.ts";
import { beginsAs, HEAD_BYTES, looksLikeMarkup } from "./signatures.ts";
import { Tail } from "./tail.ts";
import { TextCheck, type TextFault } from "./text-check.ts";
import { Walk } from "./walk.ts";
import { endRecords, findEndRecord, readDirectory, ZIP_TAIL_BYTES } from "./zip-directory.ts";

/** Why a file is not what it was declared to be. */
export type RejectionReason =
  | TextFault
  | "size_mismatch"
  | "signature_mismatch"
  | "incomplete"
  | "polyglot"
  | "markup"
  | "not_office"
  | "macros"
  | "encrypted";

/** What was found once the whole file was seen. */
export type Inspected =
  | { readonly sha256: string; readonly rejection: null }
  | { readonly rejection: RejectionReason };

const rejected = (rejection: RejectionReason): Inspected => ({ rejection });

/** Room for the directory of an office file of a few thousand parts; a text's end tells nothing. */
const TAIL_BYTES = Math.max(ZIP_TAIL_BYTES, 256 * 1024);
const CFB_START_BYTES = 8;

type Image = keyof typeof imageStructures;

function isImage(family: FileFamily): family is Image {
  return Object.hasOwn(imageStructures, family);
}

/** Looks at a file that streams by, once: size, hash, and the structure that its type has. */
export class FileInspection {
  readonly #type: AcceptedType;
  readonly #declaredSize: number;
  readonly #hash = createHash("sha256");
  readonly #head = new Uint8Array(HEAD_BYTES);
  readonly #tail: Tail;
  readonly #text: TextCheck | null;
  readonly #image: Walk | null;
  readonly #contentTypes: ContentTypesEntry | null;
  #compound: CompoundBytes | null = null;
  #size = 0;

  constructor(contentType: AcceptedContentType, sizeBytes: number) {
    this.#type = typeOf(contentType);
    this.#declaredSize = sizeBytes;
    const { family } = this.#type;
    this.#tail = new Tail(family === "text" ? 1 : Math.min(sizeBytes, TAIL_BYTES));
    this.#text = family === "text" ? new TextCheck() : null;
    this.#contentTypes = family === "office" ? new ContentTypesEntry() : null;
    this.#image = isImage(family) ? new Walk(imageStructures[family]()) : null;
  }

  /** Whether there is more than was declared, which no further byte can mend. */
  get isTooLong(): boolean {
    return this.#size > this.#declaredSize;
  }

  push(chunk: Uint8Array): void {
    const before = this.#size;
    if (before < HEAD_BYTES) this.#head.set(chunk.subarray(0, HEAD_BYTES - before), before);
    this.#size += chunk.byteLength;
    if (this.isTooLong) return;
    this.#hash.update(chunk);
    this.#tail.push(chunk);
    this.#text?.push(chunk);
    this.#image?.push(chunk);
    this.#contentTypes?.push(chunk);
    this.#collectCompound(chunk, before);
  }

  /** The verdict; call it once, after the last byte. */
  async finish(): Promise<Inspected> {
    if (this.#size !== this.#declaredSize) return rejected("size_mismatch");
    const rejection = await this.#judge(this.#head.subarray(0, this.#size), this.#tail.bytes());
    return rejection === null
      ? { sha256: this.#hash.digest("hex"), rejection }
      : rejected(rejection);
  }

  #collectCompound(chunk: Uint8Array, before: number): void {
    const { family } = this.#type;
    const isDecided = before < CFB_START_BYTES && this.#size >= CFB_START_BYTES;
    if (isDecided && (family === "cfb" || family === "office") && beginsAs("cfb", this.#head)) {
      this.#compound = new CompoundBytes(this.#declaredSize);
      this.#compound.push(this.#head.subarray(0, before));
    }
    this.#compound?.push(chunk);
  }

  async #judge(head: Uint8Array, tail: Uint8Array): Promise<RejectionReason | null> {
    const { family, signature } = this.#type;
    if (this.#text) return this.#text.fault() ?? (looksLikeMarkup(head) ? "markup" : null);
    if (this.#compound) return judgeCompound(this.#compound.read(), this.#type);
    if (signature !== null && !beginsAs(signature, head)) return "signature_mismatch";
    if (this.#image) {
      const isZipToo = !endRecords(tail, this.#size).next().done;
      if (isZipToo || readsAsPdf(head, tail)) return "polyglot";
      return this.#image.isWhole ? null : "incomplete";
    }
    if (family === "pdf") {
      if (hidesZip(tail, this.#size)) return "polyglot";
      return endsAsPdf(tail) ? null : "incomplete";
    }
    return this.#judgeZip(tail);
  }

  async #judgeZip(tail: Uint8Array): Promise<RejectionReason | null> {
    const end = findEndRecord(tail, this.#size);
    if (end === undefined) return "incomplete";
    if (this.#contentTypes === null) return null;
    const entries = readDirectory(tail, this.#size, end) ?? [];
    const lists = entries.filter(({ name }) => name === CONTENT_TYPES_NAME);
    // With two of them, what is seen here need not be what is opened.
    const list = lists.length === 1 && lists[0] && (await this.#contentTypes.read(lists[0]));
    return judgeParts(list || undefined, entries, this.#type.main ?? "");
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

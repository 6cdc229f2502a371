import type { AcceptedType } from "./accepted-types.ts";
import { type CompoundFile, readCompoundFile } from "./compound-file.ts";

/** What a compound file has against it. */
type CompoundFault = "signature_mismatch" | "incomplete" | "macros" | "not_office" | "encrypted";

/** Where VBA keeps its projects, in DOC and in XLS. */
const VBA = ["Macros", "VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR"];

/** Where an office file with a password lies, whatever it is called. */
const ENCRYPTED = "EncryptedPackage";

/** Collects a compound file, whose directory may be anywhere: the one kind of file that is kept in memory. */
export class CompoundBytes {
  readonly #bytes: Uint8Array;
  #size = 0;

  constructor(sizeBytes: number) {
    this.#bytes = new Uint8Array(sizeBytes);
  }

  push(chunk: Uint8Array): void {
    this.#bytes.set(chunk, this.#size);
    this.#size += chunk.byteLength;
  }

  read(): CompoundFile {
    return readCompoundFile(this.#bytes.subarray(0, this.#size));
  }
}

/**
 * Judges a compound file that was declared to be a DOC, an XLS, or one of their successors. Those are ZIPs: only with a
 * password they are compound files, and then often little of the directory can be read.
 */
export function judgeCompound(
  { names, isWhole }: CompoundFile,
  { family, streams = [] }: AcceptedType,
): CompoundFault | null {
  const has = (name: string) => names.has(name.toUpperCase());
  if (has(ENCRYPTED)) return "encrypted";
  if (family === "office") return names.size === 0 ? "encrypted" : "signature_mismatch";
  if (!isWhole) return "incomplete";
  if (VBA.some(has)) return "macros";
  return streams.some(has) ? null : "not_office";
}

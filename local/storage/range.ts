import { StorageError } from "./errors.ts";

/** Both ends included. */
export interface ByteRange {
  from: number;
  to: number;
}

/**
 * The one range that a `Range` header asks for (RFC 9110, section 14.1.2). Throws InvalidRange for several ranges,
 * another unit, or none of the object's bytes, as hosted does.
 */
export function parseRange(header: string, sizeBytes: number): ByteRange {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header);
  const [, first = "", last = ""] = match ?? [];
  if (first === "" && last === "") throw new StorageError("InvalidRange");
  const from = first === "" ? Math.max(sizeBytes - Number(last), 0) : Number(first);
  const to = first === "" || last === "" ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  const isWithin = Number.isSafeInteger(from) && from <= to && from < sizeBytes;
  if (!isWithin) throw new StorageError("InvalidRange");
  return { from, to };
}

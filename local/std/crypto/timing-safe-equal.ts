/**
 * Stands in for `@std/crypto/timing-safe-equal` where JSR cannot be reached (Node cannot resolve `jsr:`).
 * Same name and signature: https://jsr.io/@std/crypto/doc/timing-safe-equal.
 */

import { timingSafeEqual as equal } from "node:crypto";

function toBytes(source: ArrayBufferView | ArrayBufferLike): Uint8Array {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}

/** Whether the bytes are equal, in a time that depends on their length only. Unequal lengths are false, not an error. */
export function timingSafeEqual(
  a: ArrayBufferView | ArrayBufferLike,
  b: ArrayBufferView | ArrayBufferLike,
): boolean {
  if (a.byteLength !== b.byteLength) return false;
  return equal(toBytes(a), toBytes(b));
}

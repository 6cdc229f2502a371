/**
 * Stands in for `@std/encoding/hex` where JSR cannot be reached.
 * Same name and signature: https://jsr.io/@std/encoding/doc/hex.
 */

import { Buffer } from "node:buffer";

/** The bytes, or the text in UTF-8, as hexadecimal digits in lower case. */
export function encodeHex(data: string | Uint8Array | ArrayBuffer): string {
  const bytes = typeof data === "string" ? Buffer.from(data) : Buffer.from(new Uint8Array(data));
  return bytes.toString("hex");
}

/**
 * Stands in for `@std/encoding/base64url` where JSR cannot be reached.
 * Same names and signatures: https://jsr.io/@std/encoding/doc/base64url.
 */

import { Buffer } from "node:buffer";

/** The bytes, or the text in UTF-8, as base64 for URLs, without padding. */
export function encodeBase64Url(data: string | Uint8Array | ArrayBuffer): string {
  const bytes = typeof data === "string" ? Buffer.from(data) : Buffer.from(new Uint8Array(data));
  return bytes.toString("base64url");
}

/** The bytes behind base64 for URLs, with or without padding. @throws TypeError for other characters or a length that none has */
export function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[-_A-Za-z0-9]*={0,2}$/.test(text) || text.length % 4 === 1) {
    throw new TypeError("Failed to decode base64url");
  }
  return new Uint8Array(Buffer.from(text, "base64url"));
}

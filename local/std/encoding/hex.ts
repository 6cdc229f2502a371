/**
 * Stands in for `@std/encoding/hex` where JSR cannot be reached (Node cannot resolve `jsr:`).
 * Same names, signatures and kinds of errors: https://jsr.io/@std/encoding/doc/hex.
 */

const encoder = new TextEncoder();

function toBytes(source: string | Uint8Array | ArrayBuffer): Uint8Array {
  if (typeof source === "string") return encoder.encode(source);
  return source instanceof Uint8Array ? source : new Uint8Array(source);
}

/** Lower-case hexadecimal of the bytes; a string counts as its UTF-8 bytes. */
export function encodeHex(src: string | Uint8Array | ArrayBuffer): string {
  let text = "";
  for (const byte of toBytes(src)) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** The bytes of a hexadecimal string of either case. Throws a TypeError (no hex digit) or a RangeError (odd length). */
export function decodeHex(src: string): Uint8Array<ArrayBuffer> {
  const stray = /[^0-9a-fA-F]/.exec(src);
  if (stray) throw new TypeError(`not a hexadecimal digit at index ${stray.index}`);
  if (src.length % 2 === 1) throw new RangeError(`odd number of digits: ${src.length}`);
  const bytes = new Uint8Array(src.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(src.slice(2 * index, 2 * index + 2), 16);
  }
  return bytes;
}

import { encodeHex } from "@std/encoding/hex";

const UTF_16 = ["fffe", "feff"];

/** Why something is no text that anybody can read; null for one that is. */
export type TextFault = "not_text" | "not_utf8";

/** Whether what streams by is UTF-8 without a NUL. */
export class TextCheck {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #start = "";
  #hasNul = false;
  #isUtf8 = true;

  push(chunk: Uint8Array): void {
    if (this.#start.length < 4) this.#start += encodeHex(chunk.subarray(0, 2));
    this.#hasNul ||= chunk.includes(0);
    this.#isUtf8 &&= this.#decodes(chunk);
  }

  /** The verdict, once everything was seen: a character cut in half is none. Text in UTF-16 has NULs and says what it is. */
  fault(): TextFault | null {
    if (UTF_16.includes(this.#start.slice(0, 4))) return "not_utf8";
    if (this.#hasNul) return "not_text";
    return this.#isUtf8 && this.#decodes() ? null : "not_utf8";
  }

  #decodes(chunk?: Uint8Array): boolean {
    try {
      if (chunk) this.#decoder.decode(chunk, { stream: true });
      else this.#decoder.decode();
      return true;
    } catch {
      return false;
    }
  }
}

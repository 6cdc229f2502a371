/** Whether what streams by is UTF-8 without a NUL. */
export class TextCheck {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #isText = true;

  push(chunk: Uint8Array): void {
    if (!this.#isText) return;
    this.#isText = !chunk.includes(0) && this.#decodes(chunk);
  }

  /** The verdict, once everything was seen: a character cut in half is none. */
  isText(): boolean {
    return this.#isText && this.#decodes();
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

/** The last bytes of a stream, in a buffer of fixed size. */
export class Tail {
  readonly #keep: number;
  readonly #buffer: Uint8Array;
  #length = 0;

  constructor(keepBytes: number) {
    this.#keep = keepBytes;
    this.#buffer = new Uint8Array(2 * keepBytes);
  }

  push(chunk: Uint8Array): void {
    const news = chunk.subarray(Math.max(0, chunk.byteLength - this.#keep));
    if (this.#length + news.byteLength > this.#buffer.byteLength) {
      this.#buffer.copyWithin(0, this.#length - this.#keep, this.#length);
      this.#length = this.#keep;
    }
    this.#buffer.set(news, this.#length);
    this.#length += news.byteLength;
  }

  /** At most as many bytes as are kept; a view that the next push changes. */
  bytes(): Uint8Array {
    return this.#buffer.subarray(Math.max(0, this.#length - this.#keep), this.#length);
  }
}

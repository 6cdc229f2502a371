import { Buffer } from "node:buffer";

/** What a format's structure asks for next: so many bytes to look at, to pass over, or all up to and with a certain one. */
type Wish = { readonly take: number } | { readonly skip: number } | { readonly past: number };

/** A format's structure: it asks for what it needs, is given what it took, and returns where the format ends. */
export type Structure = Generator<Wish, void, Buffer>;

const NOTHING = Buffer.alloc(0);

/** Follows a structure through bytes that stream by, keeping no more than the structure wants to see. */
export class Walk {
  readonly #structure: Structure;
  #wish: Wish | null = null;
  #left = 0;
  #taken: Buffer[] = [];

  constructor(structure: Structure) {
    this.#structure = structure;
    this.#go(NOTHING);
  }

  /** Whether the structure came to its end; whatever follows is none of it. */
  get isWhole(): boolean {
    return this.#wish === null;
  }

  push(chunk: Uint8Array): void {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    while (this.#wish !== null && rest.byteLength > 0) rest = rest.subarray(this.#use(rest));
  }

  #go(taken: Buffer): void {
    let next = this.#structure.next(taken);
    while (!next.done && "skip" in next.value && next.value.skip <= 0) {
      next = this.#structure.next(NOTHING);
    }
    this.#wish = next.done ? null : next.value;
    this.#taken = [];
    if (this.#wish === null || "past" in this.#wish) return;
    this.#left = "take" in this.#wish ? this.#wish.take : this.#wish.skip;
  }

  /** How many of the bytes the wish of the moment uses. */
  #use(bytes: Buffer): number {
    const wish = this.#wish;
    if (wish !== null && "past" in wish) {
      const at = bytes.indexOf(wish.past);
      if (at < 0) return bytes.byteLength;
      this.#go(NOTHING);
      return at + 1;
    }
    const used = Math.min(this.#left, bytes.byteLength);
    if (wish !== null && "take" in wish) this.#taken.push(Buffer.from(bytes.subarray(0, used)));
    this.#left -= used;
    if (this.#left === 0) this.#go(Buffer.concat(this.#taken));
    return used;
  }
}

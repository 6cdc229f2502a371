/** What a body takes in memory is about ten times its size: bytes, text, values, the request to the database. */
const BYTES_IN_FLIGHT = 6 * 1024 * 1024;
/** Questions and nearly all events are smaller: they never wait. */
const SMALL_BYTES = 64 * 1024;
/** Together with the rest still an answer within 2 s, nearly always. */
const PATIENCE_MS = 1_000;

/** Gives back what a body has taken. */
export type Release = () => void;

/** Bounds how many bytes of large bodies one worker holds at once, because the platform ends one that holds 256 MiB. */
export class BodiesInFlight {
  #free: number;
  readonly #waiting: { readonly bytes: number; readonly admit: () => void }[] = [];

  constructor(bytes = BYTES_IN_FLIGHT) {
    this.#free = bytes;
  }

  /**
   * Room for a body of that size, before it is read; those that came first go first.
   * @returns null when there was none in time
   */
  async take(bytes: number, patienceMs = PATIENCE_MS): Promise<Release | null> {
    if (bytes <= SMALL_BYTES) return () => {};
    if (this.#waiting.length === 0 && bytes <= this.#free) return this.#reserve(bytes);
    return await new Promise((resolve) => {
      const entry = {
        bytes,
        admit: () => {
          clearTimeout(timer);
          resolve(this.#reserve(bytes));
        },
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        this.#admit();
        resolve(null);
      }, patienceMs);
      this.#waiting.push(entry);
    });
  }

  #reserve(bytes: number): Release {
    this.#free -= bytes;
    return () => {
      this.#free += bytes;
      this.#admit();
    };
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next && next.bytes <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      next.admit();
    }
  }
}

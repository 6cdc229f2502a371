/** Gives back what was taken. */
export type Release = () => void;

/** Room for so much at once: bytes, or requests. Those that came first go first. */
export class Room {
  #free: number;
  readonly #waiting: { readonly amount: number; readonly admit: () => void }[] = [];

  constructor(size: number) {
    this.#free = size;
  }

  /** @returns null when there was no room in time */
  async take(amount: number, patienceMs: number): Promise<Release | null> {
    if (this.#waiting.length === 0 && amount <= this.#free) return this.#reserve(amount);
    return await new Promise((resolve) => {
      const entry = {
        amount,
        admit: () => {
          clearTimeout(timer);
          resolve(this.#reserve(amount));
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

  #reserve(amount: number): Release {
    this.#free -= amount;
    return () => {
      this.#free += amount;
      this.#admit();
    };
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next && next.amount <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      next.admit();
    }
  }
}

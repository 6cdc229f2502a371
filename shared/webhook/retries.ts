export interface RetriesOptions {
  /** Tries what waits, and says whether anything is left. */
  readonly tryAgain: () => Promise<boolean>;
  readonly pauseMs: number;
  /** Rounds that follow the last wish; what is left then is the job's. */
  readonly rounds: number;
}

/** Tries again until nothing is left: one loop, however often it is wished for. Each wish is followed by a round that began after it. */
export class Retries {
  readonly #options: RetriesOptions;
  #isRunning = false;
  #isWished = false;

  constructor(options: RetriesOptions) {
    this.#options = options;
  }

  /** Starts the loop; null when it runs already, and then goes on as long as if it began now. */
  start(): Promise<void> | null {
    this.#isWished = true;
    if (this.#isRunning) return null;
    this.#isRunning = true;
    return this.#run();
  }

  async #run(): Promise<void> {
    const { tryAgain, pauseMs, rounds } = this.#options;
    try {
      for (let left = rounds; left > 0; left--) {
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        if (this.#isWished) left = rounds;
        this.#isWished = false;
        const isLeft = await tryAgain();
        // A wish that came meanwhile may be for what this round has not seen.
        if (!isLeft && !this.#isWished) return;
      }
    } finally {
      this.#isRunning = false;
    }
  }
}

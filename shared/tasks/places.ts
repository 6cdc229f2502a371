export interface PlacesOptions {
  /** How many runs go side by side. */
  readonly places: number;
  /** Runs that take longer give their places to others, as long as no more than so many do. */
  readonly slow?: { readonly afterMs: number; readonly places: number } | undefined;
}

/** Places are looked at so often, because a run that becomes slow says nothing. */
const LOOK_MS = 500;

/**
 * Places for runs side by side. Somebody else's slowness is a wait without work, so a slow run does not keep a quick one
 * from beginning; how many slow ones there are has a bound of its own.
 */
export class Places {
  readonly #options: PlacesOptions;
  readonly #startedAt = new Map<Promise<unknown>, number>();

  constructor(options: PlacesOptions) {
    this.#options = options;
  }

  get areEmpty(): boolean {
    return this.#startedAt.size === 0;
  }

  get free(): number {
    const { places, slow } = this.#options;
    let slowRuns = 0;
    if (slow !== undefined) {
      const before = performance.now() - slow.afterMs;
      for (const startedAt of this.#startedAt.values()) if (startedAt <= before) slowRuns++;
    }
    return places + Math.min(slowRuns, slow?.places ?? 0) - this.#startedAt.size;
  }

  /** Holds a place until the run has ended, which must not fail. */
  take(run: Promise<unknown>): void {
    const end: Promise<unknown> = run.finally(() => this.#startedAt.delete(end));
    this.#startedAt.set(end, performance.now());
  }

  /** Waits until a run has ended, or for a moment after which one may have become slow. */
  async change(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LOOK_MS);
    });
    await Promise.race([look, ...this.#startedAt.keys()]).finally(() => clearTimeout(timer));
  }

  /** Waits until all runs have ended. */
  async end(): Promise<void> {
    await Promise.all(this.#startedAt.keys());
  }
}

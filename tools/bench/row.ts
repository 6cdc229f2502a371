/** One line of the report: what was measured, against what, and whether the budget holds. */
export interface Row {
  readonly what: string;
  /** The budget, e.g. `≥ 0.5`; null for figures that are only reported. */
  readonly budget: string | null;
  /** The ratio or time that the budget is about. */
  readonly result: string;
  /** Null where there is no budget. */
  readonly holds: boolean | null;
  /** The two sides with their spread: medians, and the lowest and highest sample of this run. */
  readonly sides: string;
}

/** A benchmark: prepares, measures both sides in turn in one run, and cleans up. */
export interface Bench {
  readonly name: string;
  /** Where it stands in docs/benchmarks.md by itself; the others share one section, which is written when all of them ran. */
  readonly section?: string;
  run(say: (line: string) => void): Promise<Row[]>;
}

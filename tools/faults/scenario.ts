import type { Kill } from "./kills.ts";
import type { StackProcess } from "./stack-process.ts";

/** What one kill came to. */
export interface Round {
  /** What was under way, for whoever reads along. */
  readonly underway: string;
  /** What was acknowledged and is not there in the end. */
  readonly lost: number;
  /** What is there more than once. */
  readonly doubled: number;
  /** Answers and broken connections after which something was sent again. */
  readonly retries: number;
  /** Whether the stack still runs, or what it said when it ended. */
  readonly outcome: string;
}

/** Something that must survive kills. */
export interface Scenario {
  readonly name: string;
  readonly rounds: number;
  /** Opens what the stack talks to; the answer is what its functions need for that. */
  open(): Promise<Readonly<Record<string, string>>>;
  prepare(stack: StackProcess): Promise<void>;
  round(stack: StackProcess, kill: Kill, number: number): Promise<Round>;
  /** Closes what it opened, and says what was seen over all rounds. */
  finish(): Promise<string>;
}

import { readFileSync } from "node:fs";

/** One request of an operation that succeeds, and what it was answered. `<name>` stands for an id or a secret of whoever asks. */
export interface Example {
  /** One of the people of the tests; `provider` signs. */
  readonly caller: string;
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  readonly status: number;
  /** The JSON that came back, with lists cut to their first element; absent where the answer is none or no JSON. */
  readonly answer?: unknown;
}

const file = new URL("examples.json", import.meta.url);

/**
 * An example of every operation, by its name and in an order in which they can be sent. A test sends them to the real
 * stack; with `RECORD_EXAMPLES=1` it writes down what they are answered.
 */
export const examples: ReadonlyMap<string, Example> = new Map(
  Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, Example>),
);

/** The example of an operation. */
export function exampleOf(operationId: string): Example {
  const example = examples.get(operationId);
  if (example === undefined) throw new Error(`${operationId} has no example.`);
  return example;
}

const texts: Readonly<Record<string, string>> = {
  new_number: "+14155550100",
  space: "jQCFfuBOdN5z",
  calendar_token: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
};

/** The place of a text among the letters, as digits of an id. */
const digits = (name: string) =>
  [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 0xffff_ffff, 7);

/** What a reader sees in place of `<name>`: always the same. */
function sample(name: string): string {
  const id = digits(name).toString(16).padStart(8, "0");
  return texts[name] ?? `${id}-5a1e-4b7c-8d2f-${id}${id.slice(0, 4)}`;
}

/** The value with each `<name>` replaced. */
export function filled<Value>(value: Value, by: (name: string) => string = sample): Value {
  const text = JSON.stringify(value)?.replaceAll(/<(\w+)>/g, (_, name: string) => by(name));
  return text === undefined ? value : JSON.parse(text);
}

import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Example, examples, filled } from "../../../tools/contract/examples/examples.ts";
import { assemble, type Caller, type Cast } from "../support/contract/cast.ts";
import { exampleValues } from "../support/contract/example-values.ts";
import { problemOf } from "../support/contract/judge.ts";
import { type Operation, readOperations } from "../support/contract/operations.ts";
import { send } from "../support/contract/send.ts";
import { testStack } from "../support/resources.ts";

const isRecording = process.env.RECORD_EXAMPLES === "1";
const operations = new Map(readOperations().map((each) => [each.id, each]));
const provider: Caller = { name: "provider", headers: {} };
const recorded: Record<string, Example> = {};
let callers: ReadonlyMap<string, Caller>;
let values: Readonly<Record<string, string>>;

let cast: Cast;
beforeAll(async () => {
  cast = await assemble();
  callers = new Map([...cast.callers, provider].map((each) => [each.name, each]));
});

afterAll(async () => {
  // One that failed keeps all from being written down.
  if (!isRecording || Object.keys(recorded).length < examples.size) return;
  const file = new URL("../../../tools/contract/examples/examples.json", import.meta.url);
  await writeFile(fileURLToPath(file), `${JSON.stringify(recorded, null, 2)}\n`);
});

/** A value of this stack in place of `<name>`. */
function real(name: string): string {
  const value = values[name];
  if (value === undefined) throw new Error(`Nobody says what <${name}> is.`);
  return value;
}

function targetOf(operation: Operation, { path = {}, query = {} }: Example): string {
  const address = operation.path.replace(/\{(\w+)\}/, (_, name: string) => path[name] ?? "");
  const pairs = Object.entries(query).map(([name, value]): [string, string] => [
    name,
    String(value),
  ]);
  return pairs.length === 0 ? address : `${address}?${new URLSearchParams(pairs)}`;
}

/** An answer as a reader wants it: lists that vary by their first element, `<names>` for what belongs to this run. */
function shown(text: string): unknown {
  const { url } = testStack();
  const named = Object.entries(values).reduce(
    (all, [name, value]) => all.replaceAll(value, `<${name}>`),
    text.replaceAll(url, "http://127.0.0.1:54321"),
  );
  const cut = named
    .replaceAll(/[0-9a-f-]{36}@example\.com/g, "somebody@example.com")
    .replaceAll(/whsec_[\w+/=]+/g, "whsec_example")
    .replaceAll(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, "example");
  const isFixed = (name: string, list: unknown[]) =>
    name === "by_weekday_hour" || typeof list[0] === "number";
  return JSON.parse(cut, (name, value) =>
    Array.isArray(value) && !isFixed(name, value) ? value.slice(0, 1) : value,
  );
}

/** The names of an object's fields, which say what an answer is made of. */
const fieldsOf = (value: unknown) => {
  const one = Array.isArray(value) ? value[0] : value;
  return typeof one === "object" && one !== null ? Object.keys(one).sort() : typeof one;
};

it("there is what the examples ask for", async () => {
  values = await exampleValues(cast);
});

describe("each operation of the contract is done by its example", () => {
  it("and each has one", () => {
    expect([...examples.keys()].sort()).toEqual([...operations.keys()].sort());
  });

  it.each([...examples])("%s", async (name, example) => {
    const operation = operations.get(name);
    const caller = callers.get(example.caller);
    if (operation === undefined || caller === undefined) throw new Error("Who asks for what?");
    const request = filled(example, real);
    const answer = await send(
      operation,
      caller,
      {
        kind: "valid",
        target: targetOf(operation, request),
        ...("body" in request || operation.isRpc
          ? { media: "application/json", body: request.body ?? {} }
          : {}),
        ...(request.idempotencyKey ? { idempotencyKey: request.idempotencyKey } : {}),
      },
      caller === provider,
    );
    expect([answer.status, answer.text, problemOf(operation, answer)]).toEqual([
      example.status,
      answer.text,
      null,
    ]);
    const isJson = operation.responses[answer.status]?.content?.["application/json"] !== undefined;
    const { answer: _, ...asked } = example;
    recorded[name] = { ...asked, ...(isJson ? { answer: shown(answer.text) } : {}) };
    if (!isRecording) expect(fieldsOf(recorded[name].answer)).toEqual(fieldsOf(example.answer));
  });
});

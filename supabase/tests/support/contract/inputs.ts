import fc from "fast-check";
import { hostileBody, hostileText, hostileValue } from "./hostile.ts";
import type { Operation, Parameter, Schema } from "./operations.ts";

/** What one request brings, beside who sends it. */
export interface Input {
  /** `valid` by its schemas alone: the rules may still refuse it. */
  readonly kind: "valid" | "near" | "hostile";
  /** The path with its values, and the query. */
  readonly target: string;
  readonly media?: string;
  /** Values by name for a form; else text, bytes, or a value that is sent as JSON. */
  readonly body?: unknown;
  readonly idempotencyKey?: string;
}

/** Ids that there are, by what they are of; a parameter's name says which are meant. */
export type Ids = Readonly<Record<string, readonly string[]>>;

/** Servers refuse a longer request line before anybody of ours sees it. */
const LONGEST_TARGET = 6_000;

const days = (from: number, to: number) =>
  fc
    .integer({ min: from, max: to })
    .map((day) => new Date(Date.now() + day * 86_400_000).toISOString());

const time = fc.oneof(
  { weight: 4, arbitrary: days(-40, 1) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "2000-01-01T00:00:00Z",
      "2011-12-30T00:00:00Z",
      "2100-12-31T00:00:00Z",
      "1999-12-31T00:00:00Z",
      "0001-01-01T00:00:00Z",
      "9999-12-31T23:59:59Z",
    ),
  },
);

const zones = fc.constantFrom("UTC", "Europe/Paris", "Pacific/Apia", "Asia/Kathmandu", "Mars/Base");

class Inputs {
  readonly #ids: Ids;
  readonly #everyId: readonly string[];

  constructor(ids: Ids) {
    this.#ids = ids;
    this.#everyId = Object.values(ids).flat();
  }

  #id(name: string): fc.Arbitrary<string> {
    const [, meant = []] = Object.entries(this.#ids).find(([kind]) => name.includes(kind)) ?? [];
    return fc.oneof(
      ...(meant.length > 0 ? [{ weight: 8, arbitrary: fc.constantFrom(...meant) }] : []),
      { weight: 2, arbitrary: fc.constantFrom(...this.#everyId) },
      { weight: 1, arbitrary: fc.uuid() },
    );
  }

  #string(schema: Schema, name: string): fc.Arbitrary<string> {
    if (schema.format === "uuid") return this.#id(name);
    if (schema.format === "date") return time.map((each) => each.slice(0, 10));
    if (schema.format === "date-time") return time;
    if (name.endsWith("tz")) return zones;
    if (typeof schema.pattern === "string") return fc.stringMatching(new RegExp(schema.pattern));
    const minLength = Number(schema.minLength ?? 0);
    const maxLength = Math.min(Number(schema.maxLength ?? 200), 2_000);
    if (name.endsWith("content_type")) return fc.constantFrom("image/png", "text/plain", "a/b");
    return fc.oneof(
      fc.string({ minLength, maxLength: Math.min(maxLength, 40) }),
      fc.constantFrom("x".repeat(Math.max(minLength, 1)), "x".repeat(maxLength)),
    );
  }

  /** A value that a schema takes. */
  of(schema: Schema, name: string): fc.Arbitrary<unknown> {
    if ("const" in schema) return fc.constant(schema.const);
    if (Array.isArray(schema.enum)) return fc.constantFrom<unknown>(...schema.enum);
    if (Array.isArray(schema.anyOf)) {
      return fc.oneof(...schema.anyOf.map((each: Schema) => this.of(each, name)));
    }
    if (Array.isArray(schema.type)) {
      return fc.oneof(...schema.type.map((type: string) => this.of({ ...schema, type }, name)));
    }
    switch (schema.type) {
      case "null":
        return fc.constant(null);
      case "boolean":
        return fc.boolean();
      case "integer":
      case "number": {
        const min = Number(schema.minimum ?? 0);
        const max = Number(schema.maximum ?? 1_000);
        return fc.oneof(
          fc.constantFrom(min, max),
          fc.integer({ min, max: Math.min(max, min + 50) }),
        );
      }
      case "string":
        return this.#string(schema, name);
      case "array":
        return fc.array(this.of(Object(schema.items), name), {
          maxLength: Number(schema.maxItems ?? 3),
        });
      case "object":
        return this.record(schema);
      default:
        return fc.jsonValue();
    }
  }

  record(schema: Schema): fc.Arbitrary<Record<string, unknown>> {
    const properties: Record<string, Schema> = Object(schema.properties);
    const required: string[] = Array.isArray(schema.required) ? schema.required : [];
    const values = (names: readonly string[]) =>
      fc.record(
        Object.fromEntries(
          Object.entries(properties).flatMap(([name, each]) =>
            names.includes(name) ? [[name, this.of(each, name)]] : [],
          ),
        ),
        { requiredKeys: required },
      );
    // Some of what is optional never goes together, and a cursor is nobody's to make up.
    return fc.oneof(values(required), values(Object.keys(properties)));
  }
}

/** The same object with one thing wrong: a field that is missing, another's, strange, or one too many. */
function nearly(valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(valid, fc.nat(100), fc.nat(9), hostileValue).map(([value, place, way, odd]) => {
    if (typeof value !== "object" || value === null) return odd;
    const entries = Object.entries(value);
    const [name] = entries[place % Math.max(entries.length, 1)] ?? [];
    if (way === 0 || name === undefined) return { ...value, unknown_field: odd };
    const others = entries.filter(([key]) => key !== name);
    return Object.fromEntries(way < 3 ? others : [...others, [name, odd]]);
  });
}

const asText = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

function search(query: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(query).map(([name, value]): [string, string] => [
    name,
    asText(value) ?? "",
  ]);
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
}

function filled(path: string, values: Readonly<Record<string, unknown>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(Buffer.from(String(values[name])).toString()),
  );
}

const object = (parameters: readonly Parameter[]): Schema => ({
  properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
  required: parameters.filter(({ required }) => required).map(({ name }) => name),
});

/** What an operation may be sent: as its schemas want it, with one thing wrong, or as an attacker would. */
export function inputsOf(operation: Operation, ids: Ids): fc.Arbitrary<Input> {
  const inputs = new Inputs(ids);
  const inPlace = (place: Parameter["in"]) =>
    operation.parameters.filter((parameter) => parameter.in === place);
  const named = (name: string) => `${operation.path} ${name}`;
  const path = fc.record(
    Object.fromEntries(
      inPlace("path").map(({ name, schema }) => [name, inputs.of(schema, named(name))]),
    ),
  );
  const query = inputs.record(object(inPlace("query")));
  const key =
    inPlace("header").length > 0
      ? fc.option(fc.uuid(), { nil: undefined })
      : fc.constant(undefined);
  const body: fc.Arbitrary<Pick<Input, "media" | "body">> =
    operation.bodies.length === 0
      ? fc.constant({})
      : fc.oneof(
          ...operation.bodies.map(([media, schema]) =>
            fc.record({ media: fc.constant(media), body: inputs.of(schema, "") }),
          ),
        );
  const valid = fc.tuple(path, query, body, key).map(
    ([values, sought, sent, idempotencyKey]): Input => ({
      kind: "valid",
      target: filled(operation.path, values) + search(sought),
      ...sent,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    }),
  );
  const near = fc.tuple(path, nearly(query), body, nearly(body.map((each) => each.body ?? {}))).map(
    ([values, sought, sent, wrong]): Input => ({
      kind: "near",
      target: filled(operation.path, values) + search(Object(sought)),
      ...(sent.media ? { media: sent.media, body: wrong } : {}),
    }),
  );
  const hostile = fc
    .tuple(hostileText, hostileText, fc.oneof(hostileBody, hostileValue), body, fc.boolean(), path)
    .map(([segment, text, raw, sent, isPathFine, values]): Input => {
      const odd = Object.fromEntries(Object.keys(values).map((name) => [name, segment || "x"]));
      const parameters = inPlace("query").map(({ name }) => [name, text]);
      return {
        kind: "hostile",
        target:
          filled(operation.path, isPathFine ? values : odd) +
          search(Object.fromEntries([...parameters, ["unknown", text]].slice(text.length % 2))),
        ...("media" in sent
          ? { media: text.length % 7 === 0 ? "text/csv" : sent.media, body: raw }
          : {}),
      };
    });
  return fc
    .oneof(
      { weight: 5, arbitrary: valid },
      { weight: 3, arbitrary: near },
      { weight: 2, arbitrary: hostile },
    )
    .filter(({ target }) => target.length <= LONGEST_TARGET);
}

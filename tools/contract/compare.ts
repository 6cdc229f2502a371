import { codesIn } from "./document.ts";
import type { JsonSchema } from "./schemas.ts";

/** One difference between two contracts, as far as somebody who calls would notice. */
export interface Change {
  readonly isBreaking: boolean;
  readonly place: string;
  readonly what: string;
}

type Side = "request" | "answer";

const object = (value: unknown): JsonSchema => Object(value);
const keys = (value: unknown): string[] => Object.keys(object(value));
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** What a value may be, by its type; an integer is a number as well. */
function typesOf(schema: JsonSchema): string[] {
  const types = typeof schema.type === "string" ? [schema.type] : list(schema.type).map(String);
  return types.includes("number") ? [...types, "integer"] : types;
}

/** The lowest and highest of each limit: a request's is broken by a narrower one, an answer's by a wider one. */
const limits = { minimum: 1, minLength: 1, minItems: 1, maximum: -1, maxLength: -1, maxItems: -1 };

/** Compares what two documents take and answer. What is new for the caller to use breaks nobody. */
class Comparison {
  readonly changes: Change[] = [];
  readonly #before: JsonSchema;
  readonly #after: JsonSchema;
  /** References that are being compared: a schema may hold itself. */
  readonly #open = new Set<string>();

  constructor(before: JsonSchema, after: JsonSchema) {
    this.#before = before;
    this.#after = after;
  }

  #tell(isBreaking: boolean, place: string, what: string): void {
    this.changes.push({ isBreaking, place, what });
  }

  #resolved(document: JsonSchema, node: unknown): JsonSchema {
    const { $ref, ...more } = object(node);
    if (typeof $ref !== "string") return object(node);
    const path = $ref.replace(/^#\//, "").split("/");
    const target = path.reduce<unknown>((found, key) => object(found)[key], document);
    return { ...this.#resolved(document, target), ...more };
  }

  paths(): void {
    const [before, after] = [object(this.#before.paths), object(this.#after.paths)];
    for (const path of keys(before)) {
      for (const method of keys(before[path])) {
        const place = `${method.toUpperCase()} ${path}`;
        const old = object(object(before[path])[method]);
        const now = object(after[path])[method];
        if (now === undefined) this.#tell(true, place, "is gone");
        else this.#operation(place, old, object(now));
      }
    }
    for (const path of keys(after)) {
      for (const method of keys(after[path])) {
        if (object(before[path])[method] === undefined)
          this.#tell(false, `${method.toUpperCase()} ${path}`, "is new");
      }
    }
  }

  #operation(place: string, before: JsonSchema, after: JsonSchema): void {
    const callers = JSON.stringify(before.security) !== JSON.stringify(after.security);
    if (callers) this.#tell(true, place, "is for other callers");
    this.#parameters(place, before, after);
    this.#bodies(place, object(before.requestBody), object(after.requestBody));
    this.#responses(place, object(before.responses), object(after.responses));
  }

  #parameters(place: string, before: JsonSchema, after: JsonSchema): void {
    const named = (document: JsonSchema, operation: JsonSchema) =>
      new Map(
        list(operation.parameters)
          .map((each) => this.#resolved(document, each))
          .map((each) => [`${each.in} parameter ${each.name}`, each] as const),
      );
    const [old, now] = [named(this.#before, before), named(this.#after, after)];
    for (const [name, each] of old) {
      const other = now.get(name);
      if (other === undefined) this.#tell(true, place, `takes no ${name} any more`);
      else {
        if (other.required === true && each.required !== true)
          this.#tell(true, place, `requires the ${name}`);
        this.#schema(`${place} ${name}`, "request", each.schema, other.schema);
      }
    }
    for (const [name, each] of now) {
      if (!old.has(name)) this.#tell(each.required === true, place, `takes a new ${name}`);
    }
  }

  #bodies(place: string, before: JsonSchema, after: JsonSchema): void {
    if (after.required === true && before.required !== true)
      this.#tell(true, place, "requires a body");
    this.#contents(place, "request", object(before.content), object(after.content));
  }

  #responses(place: string, before: JsonSchema, after: JsonSchema): void {
    for (const status of keys(before)) {
      const at = `${place} ${status}`;
      if (!(status in after)) {
        // A refusal that comes no more surprises nobody.
        this.#tell(status < "400", at, "is answered no more");
      } else if (status < "400") {
        const [old, now] = [object(before[status]), object(after[status])];
        this.#contents(at, "answer", object(old.content), object(now.content));
      } else this.#codes(at, object(before[status]), object(after[status]));
    }
    for (const status of keys(after)) {
      if (!(status in before)) this.#tell(status < "400", `${place} ${status}`, "is a new status");
    }
  }

  #codes(place: string, before: JsonSchema, after: JsonSchema): void {
    const known = new Set(codesIn(before.description));
    for (const code of codesIn(after.description))
      if (!known.has(code)) this.#tell(false, place, `has the new code ${code}`);
  }

  #contents(place: string, side: Side, before: JsonSchema, after: JsonSchema): void {
    for (const media of keys(before)) {
      if (!(media in after)) this.#tell(true, place, `has no ${media} any more`);
      else {
        const [old, now] = [object(before[media]), object(after[media])];
        this.#schema(`${place} ${side}`, side, old.schema, now.schema);
      }
    }
    if (side === "answer") {
      for (const media of keys(after))
        if (!(media in before)) this.#tell(true, place, `may also be ${media}`);
    }
  }

  #schema(place: string, side: Side, before: unknown, after: unknown): void {
    const name = `${object(before).$ref} ${object(after).$ref} ${side}`;
    if (this.#open.has(name)) return;
    if (name.startsWith("#")) this.#open.add(name);
    const old = this.#resolved(this.#before, before);
    const now = this.#resolved(this.#after, after);
    this.#values(place, side, old, now);
    this.#limits(place, side, old, now);
    this.#properties(place, side, old, now);
    if (old.items !== undefined && now.items !== undefined)
      this.#schema(`${place}[]`, side, old.items, now.items);
    for (const keyword of ["anyOf", "allOf", "oneOf"]) {
      const [ours, theirs] = [list(old[keyword]), list(now[keyword])];
      if (ours.length !== theirs.length) {
        const isWider = ours.length < theirs.length;
        this.#tell(
          isWider === (side === "answer"),
          place,
          `has ${isWider ? "more" : "fewer"} forms`,
        );
      } else {
        for (const [index, each] of ours.entries()) this.#schema(place, side, each, theirs[index]);
      }
    }
    this.#open.delete(name);
  }

  /** A caller breaks by what they may not send any more, and by what they have never been answered. */
  #set(place: string, side: Side, kind: string, before: string[], after: string[]): void {
    for (const each of before.filter((value) => !after.includes(value)))
      this.#tell(side === "request", place, `has no ${kind} ${each} any more`);
    for (const each of after.filter((value) => !before.includes(value)))
      this.#tell(side === "answer", place, `has the new ${kind} ${each}`);
  }

  #values(place: string, side: Side, before: JsonSchema, after: JsonSchema): void {
    const [types, others] = [typesOf(before), typesOf(after)];
    if (types.length > 0 && others.length > 0) this.#set(place, side, "type", types, others);
    const choices = ({ enum: values, const: value }: JsonSchema) =>
      (value === undefined ? list(values) : [value]).map(String);
    const [some, other] = [choices(before), choices(after)];
    if (some.length > 0 && other.length > 0) this.#set(place, side, "value", some, other);
    else if (some.length !== other.length) {
      const isNarrower = some.length === 0;
      this.#tell(
        isNarrower === (side === "request"),
        place,
        isNarrower ? "takes named values alone" : "is one of named values no more",
      );
    }
    for (const keyword of ["format", "pattern"]) {
      if (before[keyword] !== after[keyword])
        this.#tell(true, place, `has another ${keyword}: ${after[keyword] ?? "none"}`);
    }
  }

  #limits(place: string, side: Side, before: JsonSchema, after: JsonSchema): void {
    for (const [keyword, direction] of Object.entries(limits)) {
      const none = -direction * Number.POSITIVE_INFINITY;
      const [old, now] = [before, after].map((each) => Number(each[keyword] ?? none) * direction);
      if (old === undefined || now === undefined || old === now) continue;
      const isNarrower = now > old;
      this.#tell(
        isNarrower === (side === "request"),
        place,
        `has another ${keyword}: ${after[keyword] ?? "none"}`,
      );
    }
  }

  #properties(place: string, side: Side, before: JsonSchema, after: JsonSchema): void {
    const [old, now] = [object(before.properties), object(after.properties)];
    const [wasRequired, isRequired] = [list(before.required), list(after.required)];
    for (const name of keys(old)) {
      const at = `${place}.${name}`;
      if (!(name in now)) {
        this.#tell(true, at, "is gone");
        continue;
      }
      this.#schema(at, side, old[name], now[name]);
      const [was, is] = [wasRequired.includes(name), isRequired.includes(name)];
      if (was !== is)
        this.#tell(is === (side === "request"), at, is ? "is required now" : "may be missing now");
    }
    for (const name of keys(now)) {
      if (!(name in old))
        this.#tell(side === "request" && isRequired.includes(name), `${place}.${name}`, "is new");
    }
  }
}

/** What changed between two contracts, each difference once. */
export function compareContracts(before: JsonSchema, after: JsonSchema): Change[] {
  const comparison = new Comparison(before, after);
  comparison.paths();
  return comparison.changes;
}

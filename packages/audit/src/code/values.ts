import type ts from "typescript";

/** Stands for a part of a string that only a run would tell. */
export const hole = "\uE000";

/** What the compiler knows about an expression without running it. */
export type Value =
  | StringValue
  /** Numbers and booleans, as written. */
  | { kind: "number" | "boolean"; text: string; node: ts.Node }
  | { kind: "null"; node: ts.Node }
  | { kind: "undefined"; node: ts.Node }
  | ObjectValue
  | ArrayValue
  /** One of several, as in `a ? b : c`. */
  | { kind: "choice"; options: Value[]; node: ts.Node }
  | { kind: "unknown"; type: UnknownType; node: ts.Node };

export interface StringValue {
  kind: "string";
  text: string;
  node: ts.Node;
  /** The literals that it is put together from, in order; absent when it is one literal. */
  segments?: readonly Segment[];
}

/** A literal within a longer string. */
export interface Segment {
  text: string;
  node: ts.Node;
}

export type UnknownType = "string" | "number" | "boolean" | "object" | "array" | null;

export interface ObjectValue {
  kind: "object";
  properties: Property[];
  /** False when it may have properties that are not listed. */
  isComplete: boolean;
  node: ts.Node;
}

export interface ArrayValue {
  kind: "array";
  items: Value[];
  isComplete: boolean;
  node: ts.Node;
}

export interface Property {
  name: string;
  value: Value;
  /** False when only some runs have it. */
  isCertain: boolean;
  node: ts.Node;
}

/** Every alternative of a value, choices flattened. */
export function alternatives(value: Value): Exclude<Value, { kind: "choice" }>[] {
  return value.kind === "choice" ? value.options.flatMap(alternatives) : [value];
}

/** Joins alternatives; too many alternatives say too little. */
const maxOptions = 40;

export function choice(options: Value[], node: ts.Node): Value {
  const flat = options.flatMap((option) => (option.kind === "choice" ? option.options : [option]));
  const [first] = flat;
  if (first === undefined || flat.length > maxOptions) return { kind: "unknown", type: null, node };
  return flat.length === 1 ? first : { kind: "choice", options: flat, node };
}

/** All texts that a value may be; null when some alternative is no known string. */
export function knownStrings(value: Value): StringValue[] | null {
  const texts: StringValue[] = [];
  for (const each of alternatives(value)) {
    if (each.kind === "undefined" || each.kind === "null") continue;
    if (each.kind !== "string" || each.text.includes(hole)) return null;
    texts.push(each);
  }
  return texts.length === 0 ? null : texts;
}

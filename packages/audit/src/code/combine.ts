import type ts from "typescript";
import { alternatives, choice, hole, type Segment, type Value } from "./values.ts";

export function isTextual(value: Value): boolean {
  return value.kind === "string" || (value.kind === "unknown" && value.type === "string");
}

export function concatenate(parts: Value[], node: ts.Node): Value {
  let texts: Segment[][] = [[]];
  for (const part of parts) {
    const options = alternatives(part).map((each): readonly Segment[] => {
      if (each.kind === "string") return each.segments ?? [{ text: each.text, node: each.node }];
      return [{ text: each.kind === "number" ? each.text : hole, node: each.node }];
    });
    // Too many combinations say no more than an unknown value does.
    const used = texts.length * options.length > 12 ? [[{ text: hole, node }]] : options;
    texts = texts.flatMap((segments) => used.map((option) => [...segments, ...option]));
  }
  return choice(
    texts.map((segments): Value => {
      const text = segments.map((segment) => segment.text).join("");
      return { kind: "string", text, node, segments };
    }),
    node,
  );
}

export function join(value: Value, separator: Value | null, node: ts.Node): Value {
  const glue = separator === null ? "," : separator.kind === "string" ? separator.text : null;
  if (value.kind !== "array" || glue === null) return { kind: "unknown", type: "string", node };
  const segments = value.items.flatMap((item, index): Segment[] => [
    ...(index === 0 ? [] : [{ text: glue, node }]),
    item.kind === "string" ? { text: item.text, node: item.node } : { text: hole, node },
  ]);
  if (!value.isComplete) segments.push({ text: `${glue}${hole}`, node });
  return { kind: "string", text: segments.map((each) => each.text).join(""), node, segments };
}

/** A property of a value; null when it is not known to have it. */
export function property(value: Value, name: string, node: ts.Node): Value | null {
  const options = alternatives(value);
  const found = options.map((option) => {
    if (option.kind !== "object") return null;
    return option.properties.findLast((each) => each.name === name)?.value ?? null;
  });
  const known = found.filter((each) => each !== null);
  return known.length === options.length && known.length > 0 ? choice(known, node) : null;
}

export function items(value: Value, node: ts.Node): Value {
  if (value.kind !== "array" || value.items.length === 0)
    return { kind: "unknown", type: null, node };
  return value.isComplete
    ? choice(value.items, node)
    : choice([...value.items, { kind: "unknown", type: null, node }], node);
}

export function asArray(value: Value): Value {
  return { kind: "array", items: [value], isComplete: false, node: value.node };
}

/** `map(x => x ? {…} : null)` and `flatMap(x => [{…}])`: the rows. */
export function asItem(value: Value): Value {
  return value.kind === "array" ? choice(value.items, value.node) : value;
}

export function mergeArrays(values: Value[], node: ts.Node): Value {
  if (values.length > 1 && values.every((each) => each.kind === "array")) {
    return {
      kind: "array",
      items: values.flatMap((each) => (each.kind === "array" ? each.items : [])),
      isComplete: false,
      node,
    };
  }
  return choice(values, node);
}

/** The same with every object possibly having more. */
export function open(value: Value): Value {
  if (value.kind === "object") return { ...value, isComplete: false };
  if (value.kind === "choice") return { ...value, options: value.options.map(open) };
  if (value.kind === "array") return { ...value, items: value.items.map(open), isComplete: false };
  return value;
}

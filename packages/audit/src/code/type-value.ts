import ts from "typescript";
import { choice, type UnknownType, type Value } from "./values.ts";

/** Larger unions list all names, as generated types do, and say nothing about this place. */
const maxUnion = 12;

/** What the declared type of an expression says: exact literals, otherwise the kind of value. */
export function typeValue(checker: ts.TypeChecker, node: ts.Node): Value {
  const unknown = (type: UnknownType): Value => ({ kind: "unknown", type, node });
  const type = checker.getTypeAtLocation(node);
  if ((type.flags & ts.TypeFlags.TypeParameter) !== 0) return unknown(null);
  const literal = (each: ts.Type): Value | null =>
    each.isStringLiteral() ? { kind: "string", text: each.value, node } : null;
  const own = literal(type);
  if (own !== null) return own;
  if (type.isUnion() && type.types.length <= maxUnion) {
    const parts = type.types.filter(
      (each) => (each.flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)) === 0,
    );
    const values = parts.map(literal).filter((each) => each !== null);
    if (values.length === parts.length && values.length > 0) return choice(values, node);
  }
  const has = (flag: ts.TypeFlags) =>
    (type.flags & flag) !== 0 ||
    (type.isUnion() &&
      type.types.every(
        (each) => (each.flags & (flag | ts.TypeFlags.Null | ts.TypeFlags.Undefined)) !== 0,
      ));
  if (has(ts.TypeFlags.StringLike)) return unknown("string");
  if (has(ts.TypeFlags.NumberLike)) return unknown("number");
  if (has(ts.TypeFlags.BooleanLike)) return unknown("boolean");
  return unknown(null);
}

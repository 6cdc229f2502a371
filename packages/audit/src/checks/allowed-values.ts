import type { Node } from "libpg-query";
import type { Column, Relation } from "../schema/model.ts";
import type { SchemaIndex } from "../schema/names.ts";
import { parseExpression } from "../scratch/split.ts";

/** The values that a column's enum, its CHECK list or that of its domain allows; null when none is a list. */
export function allowedValues(
  index: SchemaIndex,
  relation: Relation,
  column: Column,
): readonly string[] | null {
  const ofEnum = index.enumValues(column.enum_type);
  if (ofEnum !== null) return ofEnum;
  if (column.is_array) return null;
  const ofColumn = relation.constraints.filter(
    (rule) => rule.kind === "check" && rule.columns.length === 1 && rule.columns[0] === column.name,
  );
  let allowed: string[] | null = null;
  for (const rule of [...ofColumn, ...(index.domain(column.type)?.checks ?? [])]) {
    const list = listOf(rule.definition);
    if (list === null) continue;
    allowed = allowed === null ? list : allowed.filter((each) => list.includes(each));
  }
  return allowed;
}

const known = new Map<string, string[] | null>();

/** The list of `CHECK (status = ANY (ARRAY['a', 'b']))` in any of the forms that Postgres prints. */
function listOf(definition: string): string[] | null {
  const found = known.get(definition);
  if (found !== undefined) return found;
  const expression = /^CHECK \(([\s\S]*)\)(?: NOT VALID| NO INHERIT)*$/.exec(definition)?.[1];
  const node = expression === undefined ? null : parseExpression(expression);
  const list = node === null ? null : valuesOf(node);
  known.set(definition, list);
  return list;
}

function valuesOf(node: Node): string[] | null {
  if ("BoolExpr" in node) {
    const parts = (node.BoolExpr.args ?? []).map((part) =>
      isNullTest(part) ? [] : valuesOf(part),
    );
    const lists = parts.filter((part) => part !== null);
    if (node.BoolExpr.boolop === "OR_EXPR")
      return lists.length === parts.length ? lists.flat() : null;
    if (node.BoolExpr.boolop === "AND_EXPR") return lists.find((list) => list.length > 0) ?? null;
    return null;
  }
  if (!("A_Expr" in node)) return null;
  const { kind, name, lexpr, rexpr } = node.A_Expr;
  const [operator] = name ?? [];
  if (operator === undefined || !("String" in operator) || operator.String.sval !== "=")
    return null;
  if (lexpr === undefined || rexpr === undefined || !isColumn(lexpr)) return null;
  if (kind === "AEXPR_OP_ANY" || kind === "AEXPR_IN") return elements(rexpr);
  if (kind === "AEXPR_OP") {
    const value = constant(rexpr);
    return value === null ? null : [value];
  }
  return null;
}

function isNullTest(node: Node): boolean {
  return "NullTest" in node && node.NullTest.nulltesttype === "IS_NULL";
}

function isColumn(node: Node): boolean {
  if ("ColumnRef" in node) return true;
  return "TypeCast" in node && node.TypeCast.arg !== undefined && isColumn(node.TypeCast.arg);
}

function elements(node: Node): string[] | null {
  if ("TypeCast" in node && node.TypeCast.arg !== undefined) {
    const { arg } = node.TypeCast;
    const text = constant(arg);
    if (text !== null && /^\{.*\}$/.test(text)) {
      return text
        .slice(1, -1)
        .split(",")
        .map((each) => each.replace(/^"(.*)"$/, "$1"));
    }
    return elements(arg);
  }
  const items =
    "A_ArrayExpr" in node
      ? node.A_ArrayExpr.elements
      : "List" in node
        ? node.List.items
        : undefined;
  if (items === undefined) return null;
  const values = items.map(constant).filter((each) => each !== null);
  return values.length === items.length ? values : null;
}

function constant(node: Node): string | null {
  if ("TypeCast" in node) {
    return node.TypeCast.arg === undefined ? null : constant(node.TypeCast.arg);
  }
  if (!("A_Const" in node)) return null;
  const { sval, ival, fval } = node.A_Const;
  if (sval !== undefined) return sval.sval ?? "";
  if (ival !== undefined) return String(ival.ival ?? 0);
  return fval?.fval ?? null;
}

import ts from "typescript";
import type { Environment, Evaluation } from "./evaluation.ts";
import { bare } from "./symbols.ts";
import { alternatives, hole, type Property, type Value } from "./values.ts";

export function objectValue(
  within: Evaluation,
  node: ts.ObjectLiteralExpression,
  env: Environment,
  depth: number,
): Value {
  const properties = new Map<string, Property>();
  let isComplete = true;
  for (const member of node.properties) {
    if (ts.isSpreadAssignment(member)) {
      const spread = spreadProperties(within, member.expression, env, depth + 1);
      if (!spread.isComplete) isComplete = false;
      for (const each of spread.properties) {
        const before = properties.get(each.name);
        properties.set(each.name, before?.isCertain ? { ...each, isCertain: true } : each);
      }
      continue;
    }
    const name = memberName(within, member, env, depth);
    if (name === null) {
      isComplete = false;
      continue;
    }
    const value: Value = ts.isPropertyAssignment(member)
      ? within.evaluate(member.initializer, env, depth + 1)
      : ts.isShorthandPropertyAssignment(member)
        ? within.evaluate(member.name, env, depth + 1)
        : { kind: "unknown", type: null, node: member };
    properties.set(name, { name, value, isCertain: value.kind !== "undefined", node: member });
  }
  return { kind: "object", properties: [...properties.values()], isComplete, node };
}

function memberName(
  within: Evaluation,
  member: ts.ObjectLiteralElementLike,
  env: Environment,
  depth: number,
): string | null {
  const { name } = member;
  if (name === undefined) return null;
  if (ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isNumericLiteral(name)) {
    return name.text;
  }
  if (!ts.isComputedPropertyName(name)) return null;
  const value = within.evaluate(name.expression, env, depth + 1);
  return value.kind === "string" && !value.text.includes(hole) ? value.text : null;
}

/** `...x`, `...(a && {…})`, `...(a ? {…} : {})`. */
function spreadProperties(
  within: Evaluation,
  expression: ts.Expression,
  env: Environment,
  depth: number,
): { properties: Property[]; isComplete: boolean } {
  const node = bare(expression);
  if (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken
  ) {
    const inner = spreadProperties(within, node.right, env, depth + 1);
    return {
      ...inner,
      properties: inner.properties.map((each) => ({ ...each, isCertain: false })),
    };
  }
  const options = alternatives(within.evaluate(node, env, depth));
  const properties: Property[] = [];
  let isComplete = true;
  for (const option of options) {
    if (option.kind === "object") {
      if (!option.isComplete) isComplete = false;
      for (const each of option.properties) {
        properties.push(options.length === 1 ? each : { ...each, isCertain: false });
      }
    } else if (option.kind !== "null" && option.kind !== "undefined") {
      isComplete = false;
    }
  }
  return { properties, isComplete };
}

export function arrayValue(
  within: Evaluation,
  node: ts.ArrayLiteralExpression,
  env: Environment,
  depth: number,
): Value {
  const items: Value[] = [];
  let isComplete = true;
  for (const element of node.elements) {
    if (!ts.isSpreadElement(element)) {
      items.push(within.evaluate(element, env, depth + 1));
      continue;
    }
    const spread = within.evaluate(element.expression, env, depth + 1);
    if (spread.kind === "array") items.push(...spread.items);
    if (spread.kind !== "array" || !spread.isComplete) isComplete = false;
  }
  return { kind: "array", items, isComplete, node };
}

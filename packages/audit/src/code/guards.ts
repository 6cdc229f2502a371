import ts from "typescript";
import { type Evaluation, noEnvironment } from "./evaluation.ts";
import { bare, isFunctionNode } from "./symbols.ts";
import { alternatives, choice, knownStrings, type Value } from "./values.ts";

/** What the conditions around a use say about an expression. */
interface Facts {
  /** One of these, if some condition says so. */
  allowed: Set<string> | null;
  excluded: Set<string>;
}

/**
 * Removes the texts that conditions around this use exclude: `if (x !== "all") q.eq("status", x)`.
 * @param depth of the use: the lists in its conditions are as deep, or two that guard each other would never end
 */
export function guarded(
  within: Evaluation,
  node: ts.Expression,
  value: Value,
  depth: number,
): Value {
  if (!alternatives(value).some((each) => each.kind === "string")) return value;
  const facts: Facts = { allowed: null, excluded: new Set() };
  const evaluate = (each: ts.Expression) => within.evaluate(each, noEnvironment, depth + 1);
  let child: ts.Node = node;
  for (let at = node.parent; at !== undefined && !ts.isSourceFile(at); child = at, at = at.parent) {
    for (const [condition, holds] of conditionsAt(at, child)) {
      learn(evaluate, condition, holds, node.getText(), facts);
    }
  }
  if (facts.allowed === null && facts.excluded.size === 0) return value;
  const left = alternatives(value).filter(
    (each) =>
      each.kind !== "string" ||
      (!facts.excluded.has(each.text) && facts.allowed?.has(each.text) !== false),
  );
  return left.length === 0 ? { kind: "unknown", type: "string", node } : choice(left, node);
}

/** The conditions that hold (or do not) where a child of a node runs. */
function conditionsAt(at: ts.Node, child: ts.Node): [ts.Expression, boolean][] {
  if (ts.isIfStatement(at)) {
    if (child === at.thenStatement) return [[at.expression, true]];
    return child === at.elseStatement ? [[at.expression, false]] : [];
  }
  if (ts.isConditionalExpression(at)) {
    if (child === at.whenTrue) return [[at.condition, true]];
    return child === at.whenFalse ? [[at.condition, false]] : [];
  }
  if (ts.isBinaryExpression(at) && child === at.right) {
    const { kind } = at.operatorToken;
    if (kind === ts.SyntaxKind.AmpersandAmpersandToken) return [[at.left, true]];
    return kind === ts.SyntaxKind.BarBarToken ? [[at.left, false]] : [];
  }
  if (!ts.isBlock(at)) return [];
  // `if (x === "all") return …` before it.
  return at.statements
    .filter((each) => each.end <= child.pos)
    .flatMap((each): [ts.Expression, boolean][] =>
      ts.isIfStatement(each) && each.elseStatement === undefined && leaves(each.thenStatement)
        ? [[each.expression, false]]
        : [],
    );
}

/** Whether nothing after a statement runs. */
export function leaves(statement: ts.Statement): boolean {
  if (ts.isBlock(statement)) {
    const last = statement.statements.at(-1);
    return last !== undefined && leaves(last);
  }
  return (
    ts.isReturnStatement(statement) ||
    ts.isThrowStatement(statement) ||
    ts.isContinueStatement(statement) ||
    ts.isBreakStatement(statement)
  );
}

function learn(
  evaluate: (expression: ts.Expression) => Value,
  condition: ts.Expression,
  holds: boolean,
  subject: string,
  facts: Facts,
): void {
  const node = bare(condition);
  const next = (each: ts.Expression, isTrue: boolean) =>
    learn(evaluate, each, isTrue, subject, facts);
  if (node.getText() === subject) {
    if (holds) facts.excluded.add("");
    return;
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    next(node.operand, !holds);
    return;
  }
  if (ts.isCallExpression(node)) {
    const [item] = node.arguments;
    const callee = bare(node.expression);
    if (!ts.isPropertyAccessExpression(callee) || callee.name.text !== "includes") return;
    if (item === undefined || bare(item).getText() !== subject) return;
    const list = evaluate(callee.expression);
    const texts = list.kind === "array" && list.isComplete ? list.items.map(knownStrings) : [null];
    if (texts.includes(null)) return;
    restrict(
      facts,
      holds,
      texts.flatMap((each) => (each ?? []).map(({ text }) => text)),
    );
    return;
  }
  if (!ts.isBinaryExpression(node)) return;
  const { kind } = node.operatorToken;
  if (
    kind === ts.SyntaxKind.AmpersandAmpersandToken
      ? holds
      : kind === ts.SyntaxKind.BarBarToken && !holds
  ) {
    next(node.left, holds);
    next(node.right, holds);
    return;
  }
  const isEqual =
    kind === ts.SyntaxKind.EqualsEqualsEqualsToken || kind === ts.SyntaxKind.EqualsEqualsToken;
  const isUnequal =
    kind === ts.SyntaxKind.ExclamationEqualsEqualsToken ||
    kind === ts.SyntaxKind.ExclamationEqualsToken;
  if (!isEqual && !isUnequal) return;
  const [own, other] =
    bare(node.left).getText() === subject ? [node.left, node.right] : [node.right, node.left];
  if (bare(own).getText() !== subject) return;
  const texts = knownStrings(evaluate(other));
  if (texts?.length === 1)
    restrict(
      facts,
      isEqual === holds,
      texts.map(({ text }) => text),
    );
}

function restrict(facts: Facts, isOneOf: boolean, texts: readonly string[]): void {
  if (!isOneOf) for (const text of texts) facts.excluded.add(text);
  else facts.allowed = new Set(texts.filter((each) => facts.allowed?.has(each) !== false));
}

/** The function, or the file, that a node runs in. */
export function ownerOf(node: ts.Node): ts.Node {
  let at = node.parent;
  while (at.parent !== undefined && !isFunctionNode(at) && !ts.isAccessor(at)) at = at.parent;
  return at;
}

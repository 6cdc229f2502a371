import ts from "typescript";
import { leaves, ownerOf } from "./guards.ts";
import { bare } from "./symbols.ts";

/** Whether this use cannot see that assignment, because it comes later in the same run of a function, outside a loop. */
export function isTooLate(write: ts.Node, use: ts.Node): boolean {
  if (write.getSourceFile() !== use.getSourceFile() || write.pos < use.end) return false;
  const owner = ownerOf(use);
  if (ownerOf(write) !== owner) return false;
  for (let at = use.parent; at !== owner && at !== undefined; at = at.parent) {
    const isLoop = ts.isIterationStatement(at, false);
    if (isLoop && write.end <= at.end) return false;
  }
  return true;
}

/**
 * Whether a variable's first value is gone before this use. An empty text that is written over anywhere is what the
 * variable holds until it is set (forms, reactive statements); otherwise every path to the use must write it.
 */
export function isReplaced(
  declaration: ts.VariableDeclaration,
  writes: readonly ts.BinaryExpression[],
  use: ts.Node,
): boolean {
  const { initializer } = declaration;
  if (initializer === undefined || writes.length === 0) return false;
  const first = bare(initializer);
  if (ts.isStringLiteralLike(first) && first.text === "") return true;
  const statement = declaration.parent.parent;
  for (let at: ts.Node = use; at.parent !== undefined; at = at.parent) {
    if (ts.isFunctionLike(at)) return false;
    const { parent } = at;
    if (!ts.isBlock(parent) && !ts.isSourceFile(parent)) continue;
    const before = parent.statements.filter(
      (each) => each.end <= at.pos && each.pos >= statement.end,
    );
    if (before.some((each) => assigns(each, writes))) return true;
    if (parent === statement.parent) return false;
  }
  return false;
}

/** Whether every path through a statement that continues after it writes the variable. */
function assigns(statement: ts.Statement, writes: readonly ts.BinaryExpression[]): boolean {
  if (leaves(statement)) return true;
  if (ts.isExpressionStatement(statement)) {
    return writes.some((write) => bare(statement.expression) === write);
  }
  if (ts.isBlock(statement)) return statement.statements.some((each) => assigns(each, writes));
  if (ts.isTryStatement(statement))
    return (
      assigns(statement.tryBlock, writes) &&
      (statement.catchClause === undefined || assigns(statement.catchClause.block, writes))
    );
  if (ts.isIfStatement(statement)) {
    return (
      statement.elseStatement !== undefined &&
      assigns(statement.thenStatement, writes) &&
      assigns(statement.elseStatement, writes)
    );
  }
  if (!ts.isSwitchStatement(statement)) return false;
  const { clauses } = statement.caseBlock;
  return (
    clauses.some((each) => ts.isDefaultClause(each)) &&
    clauses.every(
      (each, index) =>
        (each.statements.length === 0 && index < clauses.length - 1) ||
        each.statements.some((inner) => assigns(inner, writes) && !ts.isBreakStatement(inner)),
    )
  );
}

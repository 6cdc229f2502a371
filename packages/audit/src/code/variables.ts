import ts from "typescript";
import { isReplaced, isTooLate } from "./assignments.ts";
import { asArray, items, mergeArrays, open, property } from "./combine.ts";
import { type Environment, type Evaluation, noEnvironment } from "./evaluation.ts";
import { bare, functionOfParameter } from "./symbols.ts";
import { typeValue } from "./type-value.ts";
import { alternatives, choice, hole, type Property, type Value } from "./values.ts";

/** Without the alternatives that the compiler's type of this use rules out. */
export function narrowed(within: Evaluation, node: ts.Identifier, value: Value): Value {
  if (value.kind !== "choice" && value.kind !== "string") return value;
  const type = typeValue(within.checker, node);
  const possible = alternatives(type).map((each) => (each.kind === "string" ? each.text : null));
  if (possible.includes(null)) return value;
  const left = alternatives(value).filter(
    (each) => each.kind !== "string" || possible.includes(each.text),
  );
  return left.length === 0 ? type : choice(left, node);
}

export function variableValue(
  within: Evaluation,
  use: ts.Identifier,
  declaration: ts.VariableDeclaration,
  env: Environment,
  depth: number,
): Value {
  const loop = declaration.parent.parent;
  if (ts.isForOfStatement(loop))
    return items(within.evaluate(loop.expression, env, depth + 1), use);
  const values: Value[] = [];
  const writes = within.symbols.writesTo(declaration).filter((write) => !isTooLate(write, use));
  const whole = writes.filter((write) => ts.isIdentifier(bare(write.left)));
  if (declaration.initializer !== undefined && !isReplaced(declaration, whole, use)) {
    values.push(within.evaluate(declaration.initializer, env, depth + 1));
  }
  let isOpen = false;
  const added: Property[] = [];
  for (const write of writes) {
    const left = bare(write.left);
    if (ts.isIdentifier(left)) {
      const value = within.evaluate(write.right, env, depth + 1);
      values.push(
        write.operatorToken.kind === ts.SyntaxKind.PlusEqualsToken
          ? { kind: "unknown", type: "string", node: use }
          : value,
      );
      continue;
    }
    const name = writtenName(within, left, declaration, env, depth);
    if (name === null) isOpen = true;
    else if (name !== undefined) {
      const value = within.evaluate(write.right, env, depth + 1);
      added.push({ name, value, isCertain: false, node: write.left });
    }
  }
  for (const pushed of pushes(within, declaration, use)) {
    values.push(...pushed.map((each) => asArray(within.evaluate(each, env, depth + 1))));
  }
  if (values.length === 0) return typeValue(within.checker, use);
  const merged = mergeArrays(values, use);
  if (added.length === 0 && !isOpen) return merged;
  if (merged.kind !== "object") return merged.kind === "unknown" ? merged : open(merged);
  return {
    ...merged,
    properties: [...merged.properties, ...added],
    isComplete: merged.isComplete && !isOpen,
  };
}

/** The property that `x.name = …` or `x["name"] = …` writes; null when unknown, undefined when it is deeper. */
function writtenName(
  within: Evaluation,
  left: ts.Expression,
  declaration: ts.VariableDeclaration,
  env: Environment,
  depth: number,
): string | null | undefined {
  if (ts.isPropertyAccessExpression(left)) {
    return within.symbols.declaration(bare(left.expression)) === declaration
      ? left.name.text
      : undefined;
  }
  if (!ts.isElementAccessExpression(left)) return undefined;
  if (within.symbols.declaration(bare(left.expression)) !== declaration) return undefined;
  const name = within.evaluate(left.argumentExpression, env, depth + 1);
  return name.kind === "string" && !name.text.includes(hole) ? name.text : null;
}

/** `rows.push(a, b)` on a variable of the same file. */
function pushes(
  within: Evaluation,
  declaration: ts.VariableDeclaration,
  use: ts.Node,
): ts.Expression[][] {
  const { initializer, name } = declaration;
  if (initializer === undefined || !ts.isArrayLiteralExpression(bare(initializer))) return [];
  if (!ts.isIdentifier(name)) return [];
  const file = declaration.getSourceFile();
  return within.symbols.callsIn(file, "push").flatMap((call) => {
    const callee = bare(call.expression);
    if (!ts.isPropertyAccessExpression(callee)) return [];
    const target = bare(callee.expression);
    if (!ts.isIdentifier(target) || target.text !== name.text) return [];
    if (within.symbols.declaration(target) !== declaration || isTooLate(call, use)) return [];
    return [call.arguments.filter((each) => !ts.isSpreadElement(each))];
  });
}

export function parameterValue(
  within: Evaluation,
  use: ts.Identifier,
  declaration: ts.ParameterDeclaration,
  env: Environment,
  depth: number,
): Value {
  const bound = env.get(declaration);
  if (bound !== undefined) return within.evaluate(bound.node, bound.env, depth + 1);
  const owner = functionOfParameter(declaration);
  if (owner === null) return typeValue(within.checker, use);
  // `["a", "b"].map((table) => …)`: the items.
  const call = owner.parent;
  if (ts.isCallExpression(call) && owner.parameters[0] === declaration) {
    const callee = bare(call.expression);
    if (
      ts.isPropertyAccessExpression(callee) &&
      ["map", "forEach", "flatMap"].includes(callee.name.text)
    ) {
      return items(within.evaluate(callee.expression, env, depth + 1), use);
    }
  }
  const fallback = typeValue(within.checker, use);
  if (fallback.kind !== "unknown") return fallback;
  const index = owner.parameters.indexOf(declaration);
  const sites = within.symbols.callSites(owner);
  if (sites === null || sites.length === 0 || sites.length > 8 || depth > 6) return fallback;
  const values = sites.map((site): Value => {
    const argument = site.arguments[index];
    if (argument === undefined) return { kind: "undefined", node: site };
    return within.evaluate(argument, noEnvironment, depth + 3);
  });
  // Conditions in the function may keep a call's object away from this use, so its missing properties say nothing
  // here.
  return open(choice(values, use));
}

export function bindingValue(
  within: Evaluation,
  use: ts.Identifier,
  declaration: ts.BindingElement,
  env: Environment,
  depth: number,
): Value {
  const pattern = declaration.parent;
  const owner = pattern.parent;
  const key = declaration.propertyName ?? declaration.name;
  if (
    ts.isObjectBindingPattern(pattern) &&
    ts.isVariableDeclaration(owner) &&
    owner.initializer !== undefined &&
    declaration.dotDotDotToken === undefined &&
    ts.isIdentifier(key)
  ) {
    const value = property(within.evaluate(owner.initializer, env, depth + 1), key.text, use);
    if (value !== null) return value;
  }
  return typeValue(within.checker, use);
}

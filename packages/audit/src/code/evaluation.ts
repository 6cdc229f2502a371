import ts from "typescript";
import type { Symbols } from "./symbols.ts";
import type { Value } from "./values.ts";

/** What parameters stand for while a call is looked through. */
export type Environment = ReadonlyMap<
  ts.ParameterDeclaration,
  { node: ts.Expression; env: Environment }
>;
export const noEnvironment: Environment = new Map();

/** What a part of the evaluation needs of the whole: names, types, and the value of what it finds inside. */
export interface Evaluation {
  readonly symbols: Symbols;
  readonly checker: ts.TypeChecker;
  evaluate(expression: ts.Expression, env?: Environment, depth?: number): Value;
}

/** The environment within a function for one call of it. */
export function bind(
  parameters: readonly ts.ParameterDeclaration[],
  call: ts.CallExpression,
  env: Environment,
): Environment {
  const inner = new Map(env);
  parameters.forEach((parameter, index) => {
    const argument = call.arguments[index];
    if (argument !== undefined && !ts.isSpreadElement(argument)) {
      inner.set(parameter, { node: argument, env });
    }
  });
  return inner;
}

import ts from "typescript";
import { asItem, concatenate, isTextual, join, property } from "./combine.ts";
import { bind, type Environment, type Evaluation, noEnvironment } from "./evaluation.ts";
import { guarded } from "./guards.ts";
import { arrayValue, objectValue } from "./literals.ts";
import type { Code } from "./program.ts";
import { bare, calleeName, returnsOf, Symbols } from "./symbols.ts";
import { typeValue } from "./type-value.ts";
import { alternatives, choice, type UnknownType, type Value } from "./values.ts";
import { bindingValue, narrowed, parameterValue, variableValue } from "./variables.ts";

/** A value deeper than this counts as unknown, which also ends recursion. */
const maxDepth = 14;

/** `null as string | null`: what a store or a form begins with, and not what it holds when it is used. */
function isFirstOfSome(expression: ts.Expression): boolean {
  return (
    ts.isAsExpression(expression) &&
    ts.isUnionTypeNode(expression.type) &&
    expression.expression.kind === ts.SyntaxKind.NullKeyword
  );
}

/** Computes constants, objects and strings as far as the sources determine them, without running anything. */
export class Evaluator implements Evaluation {
  readonly symbols: Symbols;
  readonly checker: ts.TypeChecker;

  constructor(code: Code) {
    this.symbols = new Symbols(code);
    this.checker = code.checker;
  }

  evaluate(expression: ts.Expression, env: Environment = noEnvironment, depth = 0): Value {
    const node = bare(expression);
    const unknown = (type: UnknownType = null): Value => ({ kind: "unknown", type, node });
    if (depth > maxDepth || isFirstOfSome(expression)) return unknown();
    const next = (each: ts.Expression) => this.evaluate(each, env, depth + 1);

    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
      return { kind: "string", text: node.text, node };
    }
    if (ts.isTemplateExpression(node)) {
      const parts: Value[] = [{ kind: "string", text: node.head.text, node: node.head }];
      for (const { expression: inner, literal } of node.templateSpans) {
        parts.push(next(inner), { kind: "string", text: literal.text, node: literal });
      }
      return concatenate(parts, node);
    }
    if (ts.isNumericLiteral(node)) return { kind: "number", text: node.text, node };
    if (ts.isPrefixUnaryExpression(node)) {
      return unknown(node.operator === ts.SyntaxKind.ExclamationToken ? "boolean" : "number");
    }
    switch (node.kind) {
      case ts.SyntaxKind.TrueKeyword:
        return { kind: "boolean", text: "true", node };
      case ts.SyntaxKind.FalseKeyword:
        return { kind: "boolean", text: "false", node };
      case ts.SyntaxKind.NullKeyword:
        return { kind: "null", node };
    }
    if (ts.isObjectLiteralExpression(node)) return objectValue(this, node, env, depth);
    if (ts.isArrayLiteralExpression(node)) return arrayValue(this, node, env, depth);
    if (ts.isAwaitExpression(node)) return next(node.expression);
    if (ts.isConditionalExpression(node)) {
      return choice([next(node.whenTrue), next(node.whenFalse)], node);
    }
    if (ts.isBinaryExpression(node)) return this.#binary(node, env, depth);
    if (ts.isIdentifier(node))
      return guarded(this, node, this.#identifier(node, env, depth), depth);
    if (ts.isPropertyAccessExpression(node)) {
      const own = this.#enumMember(node);
      if (own !== null) return this.evaluate(own, env, depth + 1);
      const value = property(next(node.expression), node.name.text, node);
      return guarded(this, node, value ?? typeValue(this.checker, node), depth);
    }
    if (ts.isElementAccessExpression(node)) {
      return this.#element(node, env, depth);
    }
    if (ts.isCallExpression(node)) return this.#call(node, env, depth);
    return typeValue(this.checker, node);
  }

  #binary(node: ts.BinaryExpression, env: Environment, depth: number): Value {
    const left = () => this.evaluate(node.left, env, depth + 1);
    const right = () => this.evaluate(node.right, env, depth + 1);
    switch (node.operatorToken.kind) {
      case ts.SyntaxKind.PlusToken: {
        const parts = [left(), right()];
        const isText = parts.some((part) => alternatives(part).some(isTextual));
        return isText ? concatenate(parts, node) : { kind: "unknown", type: null, node };
      }
      case ts.SyntaxKind.BarBarToken:
      case ts.SyntaxKind.QuestionQuestionToken:
        return choice([left(), right()], node);
      case ts.SyntaxKind.AmpersandAmpersandToken:
        return choice([right(), { kind: "undefined", node }], node);
      case ts.SyntaxKind.EqualsToken:
        return right();
      default:
        return { kind: "unknown", type: null, node };
    }
  }

  #identifier(node: ts.Identifier, env: Environment, depth: number): Value {
    if (node.text === "undefined") return { kind: "undefined", node };
    const declaration = this.symbols.declaration(node);
    if (declaration === null) return { kind: "unknown", type: null, node };
    if (ts.isVariableDeclaration(declaration)) {
      return narrowed(this, node, variableValue(this, node, declaration, env, depth));
    }
    if (ts.isParameter(declaration)) return parameterValue(this, node, declaration, env, depth);
    if (ts.isBindingElement(declaration)) return bindingValue(this, node, declaration, env, depth);
    return typeValue(this.checker, node);
  }

  #element(node: ts.ElementAccessExpression, env: Environment, depth: number): Value {
    const object = this.evaluate(node.expression, env, depth + 1);
    const key = this.evaluate(node.argumentExpression, env, depth + 1);
    if (key.kind === "string")
      return property(object, key.text, node) ?? typeValue(this.checker, node);
    if (object.kind === "array" && object.items.length > 0) {
      const item = key.kind === "number" ? object.items[Number(key.text)] : undefined;
      return item ?? choice(object.items, node);
    }
    // A known map by an unknown key: any of its values.
    if (object.kind === "object" && object.isComplete && object.properties.length > 0) {
      return choice(
        object.properties.map((each) => each.value),
        node,
      );
    }
    return typeValue(this.checker, node);
  }

  #enumMember(node: ts.PropertyAccessExpression): ts.Expression | null {
    const declaration = this.symbols.declaration(node.name);
    if (declaration !== null && ts.isEnumMember(declaration))
      return declaration.initializer ?? null;
    if (
      declaration !== null &&
      ts.isPropertyDeclaration(declaration) &&
      declaration.modifiers?.some((each) => each.kind === ts.SyntaxKind.ReadonlyKeyword) === true
    ) {
      return declaration.initializer ?? null;
    }
    return null;
  }

  #call(node: ts.CallExpression, env: Environment, depth: number): Value {
    const callee = bare(node.expression);
    const name = calleeName(node);
    if (ts.isPropertyAccessExpression(callee)) {
      const target = () => this.evaluate(callee.expression, env, depth + 1);
      const [first] = node.arguments;
      switch (name) {
        case "join":
          return join(
            target(),
            first === undefined ? null : this.evaluate(first, env, depth + 1),
            node,
          );
        case "map":
        case "flatMap": {
          if (first === undefined) break;
          const returned = this.#returned(first, env, depth);
          return {
            kind: "array",
            items: returned === null ? [] : [asItem(returned)],
            isComplete: false,
            node,
          };
        }
        case "filter":
        case "slice":
        case "reverse":
        case "sort": {
          const value = target();
          if (value.kind === "array") return { ...value, isComplete: false };
          break;
        }
        case "trim":
        case "toString": {
          const value = target();
          if (value.kind === "string") return { ...value, text: value.text.trim() };
          break;
        }
        case "freeze":
          if (first !== undefined) return this.evaluate(first, env, depth + 1);
          break;
        case "toISOString":
        case "toLowerCase":
        case "toUpperCase":
        case "stringify":
        case "randomUUID":
        case "replace":
          return { kind: "unknown", type: "string", node };
      }
    }
    if (name === "String") return { kind: "unknown", type: "string", node };
    if (name === "Number" || name === "parseInt") return { kind: "unknown", type: "number", node };
    return this.#returned(node.expression, env, depth, node) ?? typeValue(this.checker, node);
  }

  /** What a function of the sources returns, with the arguments of the call in place of its parameters. */
  #returned(
    callee: ts.Expression,
    env: Environment,
    depth: number,
    call?: ts.CallExpression,
  ): Value | null {
    const target = this.symbols.functionOf(callee);
    if (target === null || target.asteriskToken !== undefined) return null;
    const returns = returnsOf(target);
    if (returns.length === 0 || returns.length > 4) return null;
    const inner = call === undefined ? env : bind(target.parameters, call, env);
    return choice(
      returns.map((each) => this.evaluate(each, inner, depth + 2)),
      call ?? target,
    );
  }
}

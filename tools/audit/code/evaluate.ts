import ts from "typescript";
import type { Code } from "./program.ts";
import { bare, calleeName, functionOfParameter, returnsOf, Symbols } from "./symbols.ts";
import { typeValue } from "./type-value.ts";
import {
  alternatives,
  choice,
  hole,
  type Property,
  type Segment,
  type UnknownType,
  type Value,
} from "./values.ts";

/** What parameters stand for while a call is looked through. */
export type Environment = ReadonlyMap<
  ts.ParameterDeclaration,
  { node: ts.Expression; env: Environment }
>;
export const noEnvironment: Environment = new Map();

/** Deeper than this a value is called unknown: it ends recursion as well. */
const maxDepth = 14;

/** Works out constants, objects and strings as far as the sources tell, without running anything. */
export class Evaluator {
  readonly symbols: Symbols;
  readonly #checker: ts.TypeChecker;

  constructor(code: Code) {
    this.symbols = new Symbols(code);
    this.#checker = code.checker;
  }

  evaluate(expression: ts.Expression, env: Environment = noEnvironment, depth = 0): Value {
    const node = bare(expression);
    const unknown = (type: UnknownType = null): Value => ({ kind: "unknown", type, node });
    if (depth > maxDepth) return unknown();
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
    if (ts.isObjectLiteralExpression(node)) return this.#object(node, env, depth);
    if (ts.isArrayLiteralExpression(node)) return this.#array(node, env, depth);
    if (ts.isAwaitExpression(node)) return next(node.expression);
    if (ts.isConditionalExpression(node)) {
      return choice([next(node.whenTrue), next(node.whenFalse)], node);
    }
    if (ts.isBinaryExpression(node)) return this.#binary(node, env, depth);
    if (ts.isIdentifier(node)) return this.#identifier(node, env, depth);
    if (ts.isPropertyAccessExpression(node)) {
      const own = this.#enumMember(node);
      if (own !== null) return this.evaluate(own, env, depth + 1);
      const value = property(next(node.expression), node.name.text, node);
      return value ?? typeValue(this.#checker, node);
    }
    if (ts.isElementAccessExpression(node)) {
      return this.#element(node, env, depth);
    }
    if (ts.isCallExpression(node)) return this.#call(node, env, depth);
    return typeValue(this.#checker, node);
  }

  #object(node: ts.ObjectLiteralExpression, env: Environment, depth: number): Value {
    const properties = new Map<string, Property>();
    let isComplete = true;
    for (const member of node.properties) {
      if (ts.isSpreadAssignment(member)) {
        const spread = this.#spread(member.expression, env, depth + 1);
        if (!spread.isComplete) isComplete = false;
        for (const each of spread.properties) {
          const before = properties.get(each.name);
          properties.set(each.name, before?.isCertain ? { ...each, isCertain: true } : each);
        }
        continue;
      }
      const name = this.#memberName(member, env, depth);
      if (name === null) {
        isComplete = false;
        continue;
      }
      const value: Value = ts.isPropertyAssignment(member)
        ? this.evaluate(member.initializer, env, depth + 1)
        : ts.isShorthandPropertyAssignment(member)
          ? this.evaluate(member.name, env, depth + 1)
          : { kind: "unknown", type: null, node: member };
      properties.set(name, { name, value, isCertain: value.kind !== "undefined", node: member });
    }
    return { kind: "object", properties: [...properties.values()], isComplete, node };
  }

  #memberName(member: ts.ObjectLiteralElementLike, env: Environment, depth: number): string | null {
    const { name } = member;
    if (name === undefined) return null;
    if (ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isNumericLiteral(name)) {
      return name.text;
    }
    if (!ts.isComputedPropertyName(name)) return null;
    const value = this.evaluate(name.expression, env, depth + 1);
    return value.kind === "string" && !value.text.includes(hole) ? value.text : null;
  }

  /** `...x`, `...(a && {…})`, `...(a ? {…} : {})`. */
  #spread(
    expression: ts.Expression,
    env: Environment,
    depth: number,
  ): { properties: Property[]; isComplete: boolean } {
    const node = bare(expression);
    if (
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken
    ) {
      const inner = this.#spread(node.right, env, depth + 1);
      return {
        ...inner,
        properties: inner.properties.map((each) => ({ ...each, isCertain: false })),
      };
    }
    const options = alternatives(this.evaluate(node, env, depth));
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

  #array(node: ts.ArrayLiteralExpression, env: Environment, depth: number): Value {
    const items: Value[] = [];
    let isComplete = true;
    for (const element of node.elements) {
      if (!ts.isSpreadElement(element)) {
        items.push(this.evaluate(element, env, depth + 1));
        continue;
      }
      const spread = this.evaluate(element.expression, env, depth + 1);
      if (spread.kind === "array") items.push(...spread.items);
      if (spread.kind !== "array" || !spread.isComplete) isComplete = false;
    }
    return { kind: "array", items, isComplete, node };
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
      return this.#narrowed(node, this.#variable(node, declaration, env, depth));
    }
    if (ts.isParameter(declaration)) return this.#parameter(node, declaration, env, depth);
    if (ts.isBindingElement(declaration)) return this.#binding(node, declaration, env, depth);
    return typeValue(this.#checker, node);
  }

  /** Without the alternatives that a condition around this use rules out. */
  #narrowed(node: ts.Identifier, value: Value): Value {
    if (value.kind !== "choice") return value;
    const type = typeValue(this.#checker, node);
    const possible = alternatives(type).map((each) => (each.kind === "string" ? each.text : null));
    if (possible.includes(null)) return value;
    const left = value.options.filter(
      (each) => each.kind !== "string" || possible.includes(each.text),
    );
    return left.length === 0 ? value : choice(left, node);
  }

  #variable(
    use: ts.Identifier,
    declaration: ts.VariableDeclaration,
    env: Environment,
    depth: number,
  ): Value {
    const loop = declaration.parent.parent;
    if (ts.isForOfStatement(loop))
      return items(this.evaluate(loop.expression, env, depth + 1), use);
    const values: Value[] = [];
    if (declaration.initializer !== undefined) {
      values.push(this.evaluate(declaration.initializer, env, depth + 1));
    }
    let isOpen = false;
    const added: Property[] = [];
    for (const write of this.symbols.writesTo(declaration)) {
      const left = bare(write.left);
      if (ts.isIdentifier(left)) {
        const value = this.evaluate(write.right, env, depth + 1);
        values.push(
          write.operatorToken.kind === ts.SyntaxKind.PlusEqualsToken
            ? { kind: "unknown", type: "string", node: use }
            : value,
        );
        continue;
      }
      const name = this.#writtenName(left, declaration, env, depth);
      if (name === null) isOpen = true;
      else if (name !== undefined) {
        const value = this.evaluate(write.right, env, depth + 1);
        added.push({ name, value, isCertain: false, node: write.left });
      }
    }
    for (const pushed of this.#pushes(declaration)) {
      values.push(...pushed.map((each) => asArray(this.evaluate(each, env, depth + 1))));
    }
    if (values.length === 0) return typeValue(this.#checker, use);
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
  #writtenName(
    left: ts.Expression,
    declaration: ts.VariableDeclaration,
    env: Environment,
    depth: number,
  ): string | null | undefined {
    if (ts.isPropertyAccessExpression(left)) {
      return this.symbols.declaration(bare(left.expression)) === declaration
        ? left.name.text
        : undefined;
    }
    if (!ts.isElementAccessExpression(left)) return undefined;
    if (this.symbols.declaration(bare(left.expression)) !== declaration) return undefined;
    const name = this.evaluate(left.argumentExpression, env, depth + 1);
    return name.kind === "string" && !name.text.includes(hole) ? name.text : null;
  }

  /** `rows.push(a, b)` on a variable of the same file. */
  #pushes(declaration: ts.VariableDeclaration): ts.Expression[][] {
    const { initializer, name } = declaration;
    if (initializer === undefined || !ts.isArrayLiteralExpression(bare(initializer))) return [];
    if (!ts.isIdentifier(name)) return [];
    const file = declaration.getSourceFile();
    return this.symbols.callsIn(file, "push").flatMap((call) => {
      const callee = bare(call.expression);
      if (!ts.isPropertyAccessExpression(callee)) return [];
      const target = bare(callee.expression);
      if (!ts.isIdentifier(target) || target.text !== name.text) return [];
      if (this.symbols.declaration(target) !== declaration) return [];
      return [call.arguments.filter((each) => !ts.isSpreadElement(each))];
    });
  }

  #parameter(
    use: ts.Identifier,
    declaration: ts.ParameterDeclaration,
    env: Environment,
    depth: number,
  ): Value {
    const bound = env.get(declaration);
    if (bound !== undefined) return this.evaluate(bound.node, bound.env, depth + 1);
    const owner = functionOfParameter(declaration);
    if (owner === null) return typeValue(this.#checker, use);
    // `["a", "b"].map((table) => …)`: the items.
    const call = owner.parent;
    if (ts.isCallExpression(call) && owner.parameters[0] === declaration) {
      const callee = bare(call.expression);
      if (
        ts.isPropertyAccessExpression(callee) &&
        ["map", "forEach", "flatMap"].includes(callee.name.text)
      ) {
        return items(this.evaluate(callee.expression, env, depth + 1), use);
      }
    }
    const fallback = typeValue(this.#checker, use);
    if (fallback.kind !== "unknown") return fallback;
    const index = owner.parameters.indexOf(declaration);
    const sites = this.symbols.callSites(owner);
    if (sites === null || sites.length === 0 || sites.length > 8 || depth > 6) return fallback;
    const values = sites.map((site): Value => {
      const argument = site.arguments[index];
      if (argument === undefined) return { kind: "undefined", node: site };
      return this.evaluate(argument, noEnvironment, depth + 3);
    });
    // Conditions in the function may keep a call's object away from this use of it, so that what it leaves out
    // says nothing here.
    return open(choice(values, use));
  }

  #binding(
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
      const value = property(this.evaluate(owner.initializer, env, depth + 1), key.text, use);
      if (value !== null) return value;
    }
    return typeValue(this.#checker, use);
  }

  #element(node: ts.ElementAccessExpression, env: Environment, depth: number): Value {
    const object = this.evaluate(node.expression, env, depth + 1);
    const key = this.evaluate(node.argumentExpression, env, depth + 1);
    if (key.kind === "string")
      return property(object, key.text, node) ?? typeValue(this.#checker, node);
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
    return typeValue(this.#checker, node);
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
    return this.#returned(node.expression, env, depth, node) ?? typeValue(this.#checker, node);
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

function isTextual(value: Value): boolean {
  return value.kind === "string" || (value.kind === "unknown" && value.type === "string");
}

function concatenate(parts: Value[], node: ts.Node): Value {
  let texts: Segment[][] = [[]];
  for (const part of parts) {
    const options = alternatives(part).map((each): readonly Segment[] => {
      if (each.kind === "string") return each.segments ?? [{ text: each.text, node: each.node }];
      return [{ text: each.kind === "number" ? each.text : hole, node: each.node }];
    });
    // Too many combinations say nothing more than a hole does.
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

function join(value: Value, separator: Value | null, node: ts.Node): Value {
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
function property(value: Value, name: string, node: ts.Node): Value | null {
  const options = alternatives(value);
  const found = options.map((option) => {
    if (option.kind !== "object") return null;
    return option.properties.findLast((each) => each.name === name)?.value ?? null;
  });
  const known = found.filter((each) => each !== null);
  return known.length === options.length && known.length > 0 ? choice(known, node) : null;
}

function items(value: Value, node: ts.Node): Value {
  if (value.kind !== "array" || value.items.length === 0)
    return { kind: "unknown", type: null, node };
  return value.isComplete
    ? choice(value.items, node)
    : choice([...value.items, { kind: "unknown", type: null, node }], node);
}

function asArray(value: Value): Value {
  return { kind: "array", items: [value], isComplete: false, node: value.node };
}

/** `map(x => x ? {…} : null)` and `flatMap(x => [{…}])`: the rows. */
function asItem(value: Value): Value {
  return value.kind === "array" ? choice(value.items, value.node) : value;
}

function mergeArrays(values: Value[], node: ts.Node): Value {
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
function open(value: Value): Value {
  if (value.kind === "object") return { ...value, isComplete: false };
  if (value.kind === "choice") return { ...value, options: value.options.map(open) };
  if (value.kind === "array") return { ...value, items: value.items.map(open), isComplete: false };
  return value;
}

import ts from "typescript";
import type { Code } from "./program.ts";

export type FunctionNode =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration;

export function isFunctionNode(node: ts.Node): node is FunctionNode {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isArrowFunction(node) ||
    ts.isMethodDeclaration(node)
  );
}

/** Takes off what does not change a value: parentheses, `as`, `!`, `satisfies`. */
export function bare(node: ts.Expression): ts.Expression {
  let inner = node;
  while (
    ts.isParenthesizedExpression(inner) ||
    ts.isAsExpression(inner) ||
    ts.isNonNullExpression(inner) ||
    ts.isSatisfiesExpression(inner) ||
    ts.isTypeAssertionExpression(inner)
  ) {
    inner = inner.expression;
  }
  return inner;
}

/** The name that a call goes by: `from` of `db.from(…)`, `helper` of `helper(…)`. */
export function calleeName(call: ts.CallExpression): string | null {
  const callee = bare(call.expression);
  if (ts.isPropertyAccessExpression(callee)) return callee.name.text;
  return ts.isIdentifier(callee) ? callee.text : null;
}

/** What names mean, where they are written to and who calls whom. */
export class Symbols {
  readonly #checker: ts.TypeChecker;
  readonly #calls = new Map<string, ts.CallExpression[]>();
  readonly #callsByFile = new Map<ts.SourceFile, Map<string, ts.CallExpression[]>>();
  readonly #sites = new Map<FunctionNode, readonly ts.CallExpression[] | null>();
  readonly #functions = new Map<ts.Expression, FunctionNode | null>();
  readonly #writes = new Map<ts.SourceFile, Map<string, ts.BinaryExpression[]>>();

  constructor(code: Code) {
    this.#checker = code.checker;
    for (const { file } of code.sources) {
      const writes = new Map<string, ts.BinaryExpression[]>();
      const calls = new Map<string, ts.CallExpression[]>();
      this.#callsByFile.set(file, calls);
      this.#writes.set(file, writes);
      const visit = (node: ts.Node) => {
        if (ts.isCallExpression(node)) {
          const name = calleeName(node);
          if (name !== null) {
            push(this.#calls, name, node);
            push(calls, name, node);
          }
        } else if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) {
          const name = rootName(node.left);
          if (name !== null) push(writes, name, node);
        }
        ts.forEachChild(node, visit);
      };
      visit(file);
    }
  }

  /** Every call by that name, in the order of the sources. */
  callsNamed(name: string): readonly ts.CallExpression[] {
    return this.#calls.get(name) ?? [];
  }

  /** The names that are called at all. */
  get callNames(): Iterable<string> {
    return this.#calls.keys();
  }

  /** The declaration behind a name, through imports and re-exports. */
  declaration(node: ts.Node): ts.Declaration | null {
    const symbol = this.symbol(node);
    return symbol?.valueDeclaration ?? symbol?.declarations?.[0] ?? null;
  }

  symbol(node: ts.Node): ts.Symbol | null {
    const found =
      ts.isIdentifier(node) && ts.isShorthandPropertyAssignment(node.parent)
        ? this.#checker.getShorthandAssignmentValueSymbol(node.parent)
        : this.#checker.getSymbolAtLocation(node);
    if (found === undefined) return null;
    if ((found.flags & ts.SymbolFlags.Alias) === 0) return found;
    const target = this.#checker.getAliasedSymbol(found);
    return target.declarations === undefined ? found : target;
  }

  /** Assignments whose left side starts with this variable, in its own file. */
  writesTo(declaration: ts.VariableDeclaration): ts.BinaryExpression[] {
    if (!ts.isIdentifier(declaration.name)) return [];
    const candidates = this.#writes.get(declaration.getSourceFile())?.get(declaration.name.text);
    return (candidates ?? []).filter((write) => {
      const root = rootOf(write.left);
      return root !== null && this.declaration(root) === declaration;
    });
  }

  /** The function that a called expression means, if it is one of the sources'. */
  functionOf(callee: ts.Expression): FunctionNode | null {
    const known = this.#functions.get(callee);
    if (known !== undefined) return known;
    const found = this.#functionOf(callee);
    this.#functions.set(callee, found);
    return found;
  }

  #functionOf(callee: ts.Expression): FunctionNode | null {
    const inner = bare(callee);
    if (isFunctionNode(inner)) return inner;
    const name = ts.isPropertyAccessExpression(inner) ? inner.name : inner;
    if (!ts.isIdentifier(name)) return null;
    const declaration = this.declaration(name);
    return declaration === null ? null : functionIn(declaration);
  }

  /** The calls of a function within the sources; null when it has no name to find them by. */
  callSites(node: FunctionNode): readonly ts.CallExpression[] | null {
    const known = this.#sites.get(node);
    if (known !== undefined) return known;
    const name = functionName(node);
    const sites =
      name === null
        ? null
        : this.callsNamed(name).filter((call) => this.functionOf(call.expression) === node);
    this.#sites.set(node, sites);
    return sites;
  }

  /** Calls by that name within one file. */
  callsIn(file: ts.SourceFile, name: string): readonly ts.CallExpression[] {
    return this.#callsByFile.get(file)?.get(name) ?? [];
  }
}

function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const items = map.get(key);
  if (items === undefined) map.set(key, [item]);
  else items.push(item);
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return (
    kind === ts.SyntaxKind.EqualsToken ||
    kind === ts.SyntaxKind.PlusEqualsToken ||
    kind === ts.SyntaxKind.QuestionQuestionEqualsToken ||
    kind === ts.SyntaxKind.BarBarEqualsToken
  );
}

function rootOf(node: ts.Expression): ts.Identifier | null {
  let inner = bare(node);
  while (ts.isPropertyAccessExpression(inner) || ts.isElementAccessExpression(inner)) {
    inner = bare(inner.expression);
  }
  return ts.isIdentifier(inner) ? inner : null;
}

function rootName(node: ts.Expression): string | null {
  return rootOf(node)?.text ?? null;
}

function functionIn(declaration: ts.Declaration): FunctionNode | null {
  if (isFunctionNode(declaration)) return declaration;
  const initializer =
    ts.isVariableDeclaration(declaration) ||
    ts.isPropertyAssignment(declaration) ||
    ts.isPropertyDeclaration(declaration)
      ? declaration.initializer
      : ts.isExportAssignment(declaration)
        ? declaration.expression
        : undefined;
  if (initializer === undefined) return null;
  const inner = bare(initializer);
  if (isFunctionNode(inner)) return inner;
  // `cache(async () => …)`, `useCallback(() => …)`: the function within.
  const [first] = ts.isCallExpression(inner) ? inner.arguments : [];
  if (first === undefined) return null;
  const wrapped = bare(first);
  return isFunctionNode(wrapped) ? wrapped : null;
}

function functionName(node: FunctionNode): string | null {
  if (node.name !== undefined && ts.isIdentifier(node.name)) return node.name.text;
  let parent: ts.Node = node.parent;
  if (ts.isCallExpression(parent)) parent = parent.parent;
  if (
    (ts.isVariableDeclaration(parent) ||
      ts.isPropertyAssignment(parent) ||
      ts.isPropertyDeclaration(parent)) &&
    ts.isIdentifier(parent.name)
  ) {
    return parent.name.text;
  }
  return null;
}

/** The expressions that a function may return. */
export function returnsOf(node: FunctionNode): ts.Expression[] {
  const { body } = node;
  if (body === undefined) return [];
  if (!ts.isBlock(body)) return [body];
  const found: ts.Expression[] = [];
  const visit = (child: ts.Node) => {
    if (isFunctionNode(child)) return;
    if (ts.isReturnStatement(child) && child.expression !== undefined) found.push(child.expression);
    ts.forEachChild(child, visit);
  };
  ts.forEachChild(body, visit);
  return found;
}

/** The nearest function around a node that has this parameter. */
export function functionOfParameter(parameter: ts.ParameterDeclaration): FunctionNode | null {
  return isFunctionNode(parameter.parent) ? parameter.parent : null;
}

import ts from "typescript";
import type { Root } from "./builders.ts";
import type { PlacedText } from "./operations.ts";
import type { Places } from "./places.ts";
import { bare, calleeName, type Symbols } from "./symbols.ts";

/** Array methods whose callback gets an item first. */
const perItem = new Set([
  "map",
  "forEach",
  "filter",
  "find",
  "findLast",
  "some",
  "every",
  "flatMap",
  "findIndex",
]);
/** What comes instead of rows. */
const notRows = new Set(["csv", "geojson", "explain", "then", "catch", "finally"]);

/** Finds the properties that the code reads of a query's rows: `data.name`, `data[0].name`, `data.map((row) => row.name)`. */
export class Reads {
  readonly #symbols: Symbols;
  readonly #places: Places;
  readonly #uses = new Map<ts.SourceFile, Map<string, ts.Identifier[]>>();

  constructor(symbols: Symbols, places: Places) {
    this.#symbols = symbols;
    this.#places = places;
  }

  /** @param calls every call on the query; only one that is a single chain is looked at */
  of(root: Root, calls: readonly ts.CallExpression[]): PlacedText[] {
    const chain = chainFrom(root.call);
    const names = chain.map((call) => calleeName(call) ?? "");
    if (!names.includes("select") && root.kind === "from") return [];
    if (calls.some((call) => !chain.includes(call)) || names.some((each) => notRows.has(each)))
      return [];
    const data = answerOf(chain.at(-1) ?? root.call);
    if (data === null) return [];
    const isSingle = names.some((each) => each === "single" || each === "maybeSingle");
    const found: PlacedText[] = [];
    const add = (name: ts.Identifier) => {
      found.push(this.#places.text({ text: name.text, node: name }));
    };
    this.#readsOf(data, isSingle ? "row" : "rows", add, 0);
    return found;
  }

  /** What is read of a row, or of each of several, under a name that is never given another value. */
  #readsOf(
    target: ts.BindingName,
    kind: "row" | "rows",
    add: (name: ts.Identifier) => void,
    depth: number,
  ): void {
    if (depth > 6) return;
    if (ts.isObjectBindingPattern(target)) {
      if (kind === "row") this.#pattern(target, add);
      return;
    }
    if (ts.isArrayBindingPattern(target)) {
      const [first] = kind === "rows" ? target.elements : [];
      if (first !== undefined && ts.isBindingElement(first))
        this.#readsOf(first.name, "row", add, depth + 1);
      return;
    }
    const uses = this.#usesOf(target);
    if (uses.some((use) => isWritten(use))) return;
    const written = new Set(uses.flatMap((use) => writtenProperty(use)));
    for (const use of uses) {
      this.#value(use, kind, (name) => written.has(name.text) || add(name), depth);
    }
  }

  #pattern(pattern: ts.ObjectBindingPattern, add: (name: ts.Identifier) => void): void {
    if (pattern.elements.some((each) => each.initializer !== undefined)) return;
    for (const each of pattern.elements) {
      const name = each.propertyName ?? each.name;
      if (each.dotDotDotToken === undefined && ts.isIdentifier(name)) add(name);
    }
  }

  /** Follows one use of the rows to where something is read of them. */
  #value(
    node: ts.Expression,
    kind: "row" | "rows",
    add: (name: ts.Identifier) => void,
    depth: number,
  ): void {
    let at: ts.Expression = node;
    while (bare(at) !== at.parent && isWrapping(at.parent)) at = at.parent;
    const { parent } = at;
    if (ts.isBinaryExpression(parent) && parent.left === at && isDefault(parent)) {
      this.#value(parent, kind, add, depth);
    } else if (ts.isVariableDeclaration(parent) && parent.initializer === at) {
      this.#readsOf(parent.name, kind, add, depth + 1);
    } else if (ts.isForOfStatement(parent) && parent.expression === at && kind === "rows") {
      const [item] = ts.isVariableDeclarationList(parent.initializer)
        ? parent.initializer.declarations
        : [];
      if (item !== undefined) this.#readsOf(item.name, "row", add, depth + 1);
    } else if (
      ts.isElementAccessExpression(parent) &&
      parent.expression === at &&
      kind === "rows"
    ) {
      if (ts.isNumericLiteral(parent.argumentExpression)) this.#value(parent, "row", add, depth);
    } else if (ts.isPropertyAccessExpression(parent) && parent.expression === at) {
      if (kind === "row") {
        const isCalled = ts.isCallExpression(parent.parent) && parent.parent.expression === parent;
        if (ts.isIdentifier(parent.name) && !isCalled) add(parent.name);
        return;
      }
      const call = parent.parent;
      if (!ts.isCallExpression(call) || call.expression !== parent) return;
      const [callback] = call.arguments;
      if (callback !== undefined && perItem.has(parent.name.text)) {
        const inner = bare(callback);
        const [item] =
          ts.isArrowFunction(inner) || ts.isFunctionExpression(inner) ? inner.parameters : [];
        if (item !== undefined && item.dotDotDotToken === undefined)
          this.#readsOf(item.name, "row", add, depth + 1);
      }
      if (parent.name.text === "filter" || parent.name.text === "slice")
        this.#value(call, "rows", add, depth);
      if (parent.name.text === "find" || parent.name.text === "at")
        this.#value(call, "row", add, depth);
    }
  }

  #usesOf(name: ts.Identifier): ts.Identifier[] {
    const file = name.getSourceFile();
    let byName = this.#uses.get(file);
    if (byName === undefined) {
      byName = new Map();
      this.#uses.set(file, byName);
      const all = byName;
      const visit = (node: ts.Node) => {
        if (ts.isIdentifier(node)) all.set(node.text, [...(all.get(node.text) ?? []), node]);
        ts.forEachChild(node, visit);
      };
      visit(file);
    }
    const symbol = this.#symbols.symbol(name);
    return (byName.get(name.text) ?? []).filter(
      (each) => each !== name && symbol !== null && this.#symbols.symbol(each) === symbol,
    );
  }
}

/** The calls of a chain from its root on, inner to outer. */
function chainFrom(root: ts.CallExpression): ts.CallExpression[] {
  const chain: ts.CallExpression[] = [];
  let at: ts.Node = root;
  for (;;) {
    while (isWrapping(at.parent)) at = at.parent;
    const access: ts.Node = at.parent;
    if (!ts.isPropertyAccessExpression(access) || !ts.isCallExpression(access.parent)) return chain;
    if (access.expression !== at || access.parent.expression !== access) return chain;
    at = access.parent;
    chain.push(access.parent);
  }
}

/** The name, or the pattern, that the rows of an awaited query go by: `const { data: name } = await …`. */
function answerOf(call: ts.CallExpression): ts.BindingName | null {
  let at: ts.Node = call;
  while (isWrapping(at.parent)) at = at.parent;
  if (ts.isAwaitExpression(at.parent)) {
    at = at.parent;
    while (isWrapping(at.parent)) at = at.parent;
    const { parent } = at;
    return ts.isVariableDeclaration(parent) && parent.initializer === at
      ? dataOf(parent.name)
      : null;
  }
  // `const [{ data: a }, { data: b }] = await Promise.all([…, …])`
  const list = at.parent;
  if (!ts.isArrayLiteralExpression(list) || !ts.isCallExpression(list.parent)) return null;
  const all = list.parent;
  if (all.expression.getText() !== "Promise.all" || !ts.isAwaitExpression(all.parent)) return null;
  const declaration = all.parent.parent;
  if (!ts.isVariableDeclaration(declaration) || !ts.isArrayBindingPattern(declaration.name))
    return null;
  const items: readonly ts.Node[] = list.elements;
  const element = declaration.name.elements[items.indexOf(at)];
  return element !== undefined && ts.isBindingElement(element) ? dataOf(element.name) : null;
}

function dataOf(name: ts.BindingName): ts.BindingName | null {
  if (!ts.isObjectBindingPattern(name)) return null;
  const element = name.elements.find(
    (each) =>
      each.dotDotDotToken === undefined && (each.propertyName ?? each.name).getText() === "data",
  );
  return element?.name ?? null;
}

function isWrapping(node: ts.Node): node is ts.Expression {
  return (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isTypeAssertionExpression(node)
  );
}

function isDefault(node: ts.BinaryExpression): boolean {
  const { kind } = node.operatorToken;
  return kind === ts.SyntaxKind.QuestionQuestionToken || kind === ts.SyntaxKind.BarBarToken;
}

function isWritten(use: ts.Identifier): boolean {
  const { parent } = use;
  return (
    ts.isBinaryExpression(parent) &&
    parent.left === use &&
    parent.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
    parent.operatorToken.kind <= ts.SyntaxKind.LastAssignment
  );
}

/** `name` of `row.name = …`. */
function writtenProperty(use: ts.Identifier): string[] {
  let at: ts.Node = use;
  while (isWrapping(at.parent)) at = at.parent;
  const access = at.parent;
  const isAccess = ts.isPropertyAccessExpression(access) && access.expression === at;
  if (!isAccess || !ts.isBinaryExpression(access.parent) || access.parent.left !== access)
    return [];
  return access.parent.operatorToken.kind === ts.SyntaxKind.EqualsToken ? [access.name.text] : [];
}

import ts from "typescript";
import type { Clients } from "./clients.ts";
import type { Evaluator } from "./evaluate.ts";
import { type Environment, noEnvironment } from "./evaluation.ts";
import { bare, calleeName, isFunctionNode, returnsOf } from "./symbols.ts";

/** Verbs that begin a query on a relation. */
const verbs = new Set(["select", "insert", "update", "upsert", "delete"]);

/** Filters whose first argument is a column. */
export const columnFilters = new Set([
  "eq",
  "neq",
  "gt",
  "gte",
  "lt",
  "lte",
  "like",
  "likeAllOf",
  "likeAnyOf",
  "ilike",
  "ilikeAllOf",
  "ilikeAnyOf",
  "regexMatch",
  "regexIMatch",
  "is",
  "isDistinct",
  "in",
  "notIn",
  "contains",
  "containedBy",
  "rangeGt",
  "rangeGte",
  "rangeLt",
  "rangeLte",
  "rangeAdjacent",
  "overlaps",
  "textSearch",
  "not",
  "filter",
  "order",
]);

const otherMethods = new Set([
  "match",
  "or",
  "limit",
  "range",
  "single",
  "maybeSingle",
  "csv",
  "geojson",
  "explain",
  "rollback",
  "returns",
  "overrideTypes",
  "abortSignal",
  "throwOnError",
  "maxAffected",
  "setHeader",
  "retry",
  "then",
  "catch",
  "finally",
]);

/** Where a chain of calls starts: `db.from("table")` or `db.rpc("name")`. */
export interface Root {
  call: ts.CallExpression;
  kind: "from" | "rpc";
}

/** Finds the start of a query from any of its calls, through variables and functions of the sources. */
export class Builders {
  readonly #evaluator: Evaluator;
  readonly #clients: Clients;
  readonly #roots = new Map<ts.CallExpression, Root | null>();

  constructor(evaluator: Evaluator, clients: Clients) {
    this.#evaluator = evaluator;
    this.#clients = clients;
  }

  static isChainMethod(name: string): boolean {
    return verbs.has(name) || columnFilters.has(name) || otherMethods.has(name);
  }

  /** The root of the query that this call works on; null when it is none. */
  rootOf(
    expression: ts.Expression,
    env: Environment = noEnvironment,
    seen = new Set<ts.Node>(),
  ): Root | null {
    const node = bare(expression);
    if (seen.has(node) || seen.size > 200) return null;
    seen.add(node);
    if (ts.isCallExpression(node)) {
      const known = this.#roots.get(node);
      if (known !== undefined) return known;
      const root = this.#callRoot(node, env, seen);
      this.#roots.set(node, root);
      return root;
    }
    if (ts.isIdentifier(node)) return this.#identifierRoot(node, env, seen);
    if (ts.isConditionalExpression(node)) {
      return this.rootOf(node.whenTrue, env, seen) ?? this.rootOf(node.whenFalse, env, seen);
    }
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      return this.rootOf(node.right, env, seen);
    }
    return null;
  }

  #callRoot(node: ts.CallExpression, env: Environment, seen: Set<ts.Node>): Root | null {
    const name = calleeName(node) ?? "";
    const callee = bare(node.expression);
    if (ts.isPropertyAccessExpression(callee)) {
      if (name === "from" && this.#isTable(node, callee, env)) return { call: node, kind: "from" };
      if (name === "rpc" && this.#isRpc(callee, node, env)) return { call: node, kind: "rpc" };
      if (Builders.isChainMethod(name)) return this.rootOf(callee.expression, env, seen);
    }
    const target = this.#evaluator.symbols.functionOf(node.expression);
    if (
      target === null ||
      target.modifiers?.some((each) => each.kind === ts.SyntaxKind.AsyncKeyword)
    ) {
      return null;
    }
    for (const returned of returnsOf(target)) {
      const root = this.rootOf(returned, env, seen);
      if (root !== null) return root;
    }
    return null;
  }

  #identifierRoot(node: ts.Identifier, env: Environment, seen: Set<ts.Node>): Root | null {
    const declaration = this.#evaluator.symbols.declaration(node);
    if (declaration === null) return null;
    if (ts.isVariableDeclaration(declaration)) {
      const sources = this.#evaluator.symbols
        .writesTo(declaration)
        .filter((write) => ts.isIdentifier(bare(write.left)))
        .map((write) => write.right);
      if (declaration.initializer !== undefined) sources.unshift(declaration.initializer);
      for (const source of sources) {
        const root = this.rootOf(source, env, seen);
        if (root !== null) return root;
      }
      return null;
    }
    if (!ts.isParameter(declaration) || !isFunctionNode(declaration.parent)) return null;
    // A builder handed to a helper: `paginate(db.from("t").select("*"))`, when every call hands the same.
    const index = declaration.parent.parameters.indexOf(declaration);
    const sites = this.#evaluator.symbols.callSites(declaration.parent);
    const [site, ...others] = sites ?? [];
    const argument = site?.arguments[index];
    return others.length > 0 || argument === undefined ? null : this.rootOf(argument, env, seen);
  }

  #isTable(
    node: ts.CallExpression,
    callee: ts.PropertyAccessExpression,
    env: Environment,
  ): boolean {
    const receiver = bare(callee.expression);
    if (ts.isPropertyAccessExpression(receiver) && receiver.name.text === "storage") return false;
    if (node.arguments.length !== 1) return false;
    // A `from` that the sources themselves declare is not supabase-js's.
    if (this.#evaluator.symbols.functionOf(callee) !== null) return false;
    const { certainty } = this.#clients.view(receiver, env);
    if (certainty === "certain") return true;
    if (certainty === "no") return false;
    const [argument] = node.arguments;
    const value = argument === undefined ? null : this.#evaluator.evaluate(argument, env);
    if (
      value === null ||
      (value.kind !== "string" && value.kind !== "choice" && value.kind !== "unknown")
    ) {
      return false;
    }
    // If the origin is unknown, the verb that must follow decides, which other libraries' `from` does not have.
    const next = followingMethod(node);
    if (next !== null && verbs.has(next)) return certainty === "likely" || value.kind !== "unknown";
    return certainty === "likely" && next === null && value.kind !== "unknown";
  }

  #isRpc(callee: ts.PropertyAccessExpression, node: ts.CallExpression, env: Environment): boolean {
    const { certainty } = this.#clients.view(callee.expression, env);
    if (certainty === "certain" || certainty === "likely") return node.arguments.length > 0;
    return false;
  }
}

/** The method called on the result of a call: `select` of `db.from("t").select()`. */
function followingMethod(node: ts.CallExpression): string | null {
  let at: ts.Node = node.parent;
  while (ts.isParenthesizedExpression(at) || ts.isAsExpression(at) || ts.isNonNullExpression(at)) {
    at = at.parent;
  }
  return ts.isPropertyAccessExpression(at) && ts.isCallExpression(at.parent) ? at.name.text : null;
}

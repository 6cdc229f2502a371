import ts from "typescript";
import type { Evaluator } from "./evaluate.ts";
import { bind, type Environment, noEnvironment } from "./evaluation.ts";
import { bare, calleeName, returnsOf } from "./symbols.ts";
import { knownStrings } from "./values.ts";

/** Whether an expression is a supabase-js client, and which schema it asks. */
export interface ClientView {
  /** `likely`: by its name only. */
  certainty: "certain" | "likely" | "unknown" | "no";
  /** Null when only a run would tell. */
  schema: string | null;
  /** Where the schema is named; absent for the default. */
  schemaNode?: ts.Node;
}

const makers =
  /^create(?:Browser|Server|Admin|Service|Route|Middleware|Pages|Client|Edge|SSR|Supabase)*(?:Component|Handler|Action)?(?:Supabase)?Client$/;
const likelyName = /supabase|^sb$|^db$|admin|service_?role|^client$/i;
/** Query builders and other libraries with a `from` of their own. */
const foreignModules =
  /^(?:knex|kysely|drizzle-orm|objection|typeorm|rxjs|lodash|sequelize|mongodb|mongoose|@mikro-orm|squel|node:|stream|buffer|fs|pg$|pg-promise|postgres|mysql|mssql|better-sqlite3|@prisma|@libsql|@neondatabase|@planetscale|@vercel\/postgres|@electric-sql|dexie|firebase)/;
const foreignGlobals = new Set([
  "Array",
  "Buffer",
  "Object",
  "Date",
  "String",
  "Number",
  "Iterator",
  "Observable",
  "Readable",
  "Temporal",
]);
const nothing: ClientView = { certainty: "no", schema: "public" };
const unknown: ClientView = { certainty: "unknown", schema: "public" };

/** Finds out where an expression comes from. */
export class Clients {
  readonly #evaluator: Evaluator;

  constructor(evaluator: Evaluator) {
    this.#evaluator = evaluator;
  }

  view(expression: ts.Expression, env: Environment = noEnvironment, depth = 0): ClientView {
    if (depth > 12) return unknown;
    let node = bare(expression);
    while (ts.isAwaitExpression(node)) node = bare(node.expression);
    if (ts.isCallExpression(node)) return this.#call(node, env, depth);
    if (ts.isIdentifier(node)) return this.#identifier(node, env, depth);
    if (ts.isPropertyAccessExpression(node)) return this.#property(node, env, depth);
    if (ts.isConditionalExpression(node)) return this.view(node.whenTrue, env, depth + 1);
    if (ts.isBinaryExpression(node)) {
      const right = this.view(node.right, env, depth + 1);
      return right.certainty === "unknown" ? this.view(node.left, env, depth + 1) : right;
    }
    if (ts.isNewExpression(node)) {
      const text = node.expression.getText();
      return /supabase/i.test(text) ? { certainty: "likely", schema: "public" } : nothing;
    }
    return unknown;
  }

  #call(node: ts.CallExpression, env: Environment, depth: number): ClientView {
    const name = calleeName(node) ?? "";
    const callee = bare(node.expression);
    if (this.#isForeignImport(node)) return nothing;
    if (name === "schema" && ts.isPropertyAccessExpression(callee)) {
      const inner = this.view(callee.expression, env, depth + 1);
      const [argument] = node.arguments;
      if (argument === undefined) return inner;
      const schemas = knownStrings(this.#evaluator.evaluate(argument, env));
      const [schema, ...others] = schemas ?? [];
      if (schema === undefined || others.length > 0) return { ...inner, schema: null };
      return { ...inner, schema: schema.text, schemaNode: schema.node };
    }
    if (makers.test(name)) {
      const own = this.#evaluator.symbols.functionOf(node.expression);
      if (own === null) {
        return { certainty: "certain", ...this.#schemaOption(node, env) };
      }
    }
    const target = this.#evaluator.symbols.functionOf(node.expression);
    if (target !== null) {
      const inner = bind(target.parameters, node, env);
      for (const returned of returnsOf(target)) {
        const view = this.view(returned, inner, depth + 1);
        if (view.certainty === "certain" || view.certainty === "no") return view;
      }
    }
    if (likelyName.test(name) || makers.test(name))
      return { certainty: "likely", schema: "public" };
    return unknown;
  }

  /** `createClient(url, key, { db: { schema: "x" } })`. */
  #schemaOption(
    node: ts.CallExpression,
    env: Environment,
  ): Pick<ClientView, "schema" | "schemaNode"> {
    for (const argument of node.arguments) {
      const options = this.#evaluator.evaluate(argument, env);
      if (options.kind !== "object") continue;
      const db = options.properties.find((each) => each.name === "db")?.value;
      if (db?.kind !== "object") continue;
      const schema = db.properties.find((each) => each.name === "schema")?.value;
      if (schema === undefined) continue;
      if (schema.kind !== "string") return { schema: null };
      return { schema: schema.text, schemaNode: schema.node };
    }
    return { schema: "public" };
  }

  #identifier(node: ts.Identifier, env: Environment, depth: number): ClientView {
    if (foreignGlobals.has(node.text) || /Array$/.test(node.text)) return nothing;
    const byName: ClientView = likelyName.test(node.text)
      ? { certainty: "likely", schema: "public" }
      : unknown;
    const declaration = this.#evaluator.symbols.declaration(node);
    if (declaration === null) return byName;
    if (this.#isForeignImport(node)) return nothing;
    if (this.#isForeignType(declaration)) return nothing;
    if (ts.isVariableDeclaration(declaration)) {
      if (isClientType(declaration.type, this.#evaluator)) return certain;
      if (declaration.initializer === undefined) {
        const [write] = this.#evaluator.symbols.writesTo(declaration);
        return write === undefined
          ? byName
          : better(this.view(write.right, env, depth + 1), byName);
      }
      return better(this.view(declaration.initializer, env, depth + 1), byName);
    }
    if (ts.isParameter(declaration)) {
      if (isClientType(declaration.type, this.#evaluator)) return certain;
      const bound = env.get(declaration);
      if (bound !== undefined) return better(this.view(bound.node, bound.env, depth + 1), byName);
      return byName;
    }
    return byName;
  }

  #property(node: ts.PropertyAccessExpression, env: Environment, depth: number): ClientView {
    const declaration = this.#evaluator.symbols.declaration(node.name);
    const byName: ClientView = likelyName.test(node.name.text)
      ? { certainty: "likely", schema: "public" }
      : unknown;
    if (
      declaration !== null &&
      (ts.isPropertyDeclaration(declaration) ||
        ts.isPropertySignature(declaration) ||
        ts.isParameter(declaration))
    ) {
      if (this.#isForeignType(declaration)) return nothing;
      if (isClientType(declaration.type, this.#evaluator)) return certain;
      if (!ts.isPropertySignature(declaration) && declaration.initializer !== undefined) {
        return better(this.view(declaration.initializer, env, depth + 1), byName);
      }
    }
    if (declaration !== null && ts.isPropertyAssignment(declaration)) {
      return better(this.view(declaration.initializer, env, depth + 1), byName);
    }
    return byName;
  }

  /** Declared with a type that another library's module exports: `db: Knex`. */
  #isForeignType(declaration: ts.Declaration): boolean {
    const isTyped =
      ts.isVariableDeclaration(declaration) ||
      ts.isParameter(declaration) ||
      ts.isPropertyDeclaration(declaration) ||
      ts.isPropertySignature(declaration);
    if (!isTyped || declaration.type === undefined || !ts.isTypeReferenceNode(declaration.type)) {
      return false;
    }
    let name = declaration.type.typeName;
    while (ts.isQualifiedName(name)) name = name.left;
    return this.#comesFromForeignModule(name);
  }

  #isForeignImport(expression: ts.Expression): boolean {
    let root = bare(expression);
    while (ts.isPropertyAccessExpression(root) || ts.isCallExpression(root)) {
      if (ts.isCallExpression(root)) {
        const [module] = root.arguments;
        const isRequire = ts.isIdentifier(root.expression) && root.expression.text === "require";
        if (isRequire && module !== undefined && ts.isStringLiteral(module)) {
          return foreignModules.test(module.text);
        }
      }
      root = bare(root.expression);
    }
    return ts.isIdentifier(root) && this.#comesFromForeignModule(root);
  }

  #comesFromForeignModule(name: ts.Identifier): boolean {
    const declaration = this.#evaluator.symbols.declaration(name);
    if (declaration === null) return false;
    for (let at: ts.Node = declaration; !ts.isSourceFile(at); at = at.parent) {
      if (ts.isImportDeclaration(at) && ts.isStringLiteral(at.moduleSpecifier)) {
        return foreignModules.test(at.moduleSpecifier.text);
      }
    }
    return false;
  }
}

const certain: ClientView = { certainty: "certain", schema: "public" };

function better(found: ClientView, byName: ClientView): ClientView {
  return found.certainty === "unknown" ? { ...found, certainty: byName.certainty } : found;
}

/** A declared type that is, or is made of, supabase-js's client. */
function isClientType(type: ts.TypeNode | undefined, evaluator: Evaluator, depth = 0): boolean {
  if (type === undefined || depth > 4) return false;
  const text = type.getText();
  if (/Supabase(?:\w*)Client|createClient|TypedSupabase/.test(text)) return true;
  if (!ts.isTypeReferenceNode(type) || !ts.isIdentifier(type.typeName)) return false;
  const declaration = evaluator.symbols.declaration(type.typeName);
  return (
    declaration !== null &&
    ts.isTypeAliasDeclaration(declaration) &&
    isClientType(declaration.type, evaluator, depth + 1)
  );
}

import ts from "typescript";
import { Builders, type Root } from "./builders.ts";
import { Clients } from "./clients.ts";
import { Evaluator } from "./evaluate.ts";
import { bind, type Environment, noEnvironment } from "./evaluation.ts";
import type { QueryTarget, Step, Use } from "./operations.ts";
import { Places } from "./places.ts";
import type { Code } from "./program.ts";
import { Reads } from "./reads.ts";
import { stepOf } from "./steps.ts";
import { bare, calleeName, type FunctionNode, isFunctionNode } from "./symbols.ts";
import { knownStrings, type Value } from "./values.ts";

/** Finds every supabase-js use of the code, without running any of it. */
export function scan(code: Code): Use[] {
  return new Scanner(code).uses();
}

class Scanner {
  readonly #evaluator: Evaluator;
  readonly #clients: Clients;
  readonly #builders: Builders;
  readonly #places: Places;
  readonly #reads: Reads;

  constructor(code: Code) {
    this.#evaluator = new Evaluator(code);
    this.#clients = new Clients(this.#evaluator);
    this.#builders = new Builders(this.#evaluator, this.#clients);
    this.#places = new Places(code);
    this.#reads = new Reads(this.#evaluator.symbols, this.#places);
  }

  uses(): Use[] {
    return [...this.#queries(), ...this.#others()];
  }

  #queries(): Use[] {
    const queries = new Map<ts.CallExpression, { root: Root; calls: ts.CallExpression[] }>();
    const add = (root: Root): { root: Root; calls: ts.CallExpression[] } => {
      const known = queries.get(root.call);
      if (known !== undefined) return known;
      const query = { root, calls: [] };
      queries.set(root.call, query);
      return query;
    };
    const { symbols } = this.#evaluator;
    for (const name of ["from", "rpc"]) {
      for (const call of symbols.callsNamed(name)) {
        const root = this.#builders.rootOf(call);
        if (root !== null && root.call === call) add(root);
      }
    }
    if (queries.size === 0) return [];
    for (const name of symbols.callNames) {
      if (!Builders.isChainMethod(name)) continue;
      for (const call of symbols.callsNamed(name)) {
        const callee = bare(call.expression);
        if (!ts.isPropertyAccessExpression(callee)) continue;
        const root = this.#builders.rootOf(callee.expression);
        if (root !== null) add(root).calls.push(call);
      }
    }
    return [...queries.values()].flatMap(({ root, calls }) => {
      const inOrder = calls.sort((a, b) =>
        a.getSourceFile() === b.getSourceFile() ? a.getEnd() - b.getEnd() : 0,
      );
      return this.#environments(root).map((env) => this.#query(root, inOrder, env));
    });
  }

  /** Where the name is a parameter: once for every call of the function, with its arguments. */
  #environments(root: Root): Environment[] {
    const [name] = root.call.arguments;
    if (name === undefined) return [noEnvironment];
    if (
      knownStrings(this.#evaluator.evaluate(name)) !== null &&
      !isParameter(bare(name), this.#evaluator)
    ) {
      return [noEnvironment];
    }
    const owner = this.#ownerOfParameter(bare(name));
    const sites = owner === null ? null : this.#evaluator.symbols.callSites(owner);
    if (owner === null || sites === null || sites.length === 0) return [noEnvironment];
    return sites.map((site) => bind(owner.parameters, site, noEnvironment));
  }

  #ownerOfParameter(node: ts.Expression): FunctionNode | null {
    if (!ts.isIdentifier(node)) return null;
    const declaration = this.#evaluator.symbols.declaration(node);
    if (declaration === null || !ts.isParameter(declaration)) return null;
    return isFunctionNode(declaration.parent) ? declaration.parent : null;
  }

  #query(root: Root, calls: ts.CallExpression[], env: Environment): Use {
    const [nameNode, argsNode] = root.call.arguments;
    const callee = bare(root.call.expression);
    const client = ts.isPropertyAccessExpression(callee)
      ? this.#clients.view(callee.expression, env)
      : { schema: "public", schemaNode: undefined };
    const name = nameNode === undefined ? null : this.#evaluator.evaluate(nameNode, env);
    const target: QueryTarget = {
      kind: root.kind,
      schema: client.schema,
      schemaPlace: this.#places.of(client.schemaNode ?? nameNode ?? root.call),
      names: name === null ? null : this.#places.texts(name),
      place: this.#places.of(nameNode ?? root.call),
    };
    const steps = calls.flatMap((call): Step[] => {
      const step = stepOf(calleeName(call) ?? "", call, this.#places, (node) =>
        this.#evaluator.evaluate(node, env),
      );
      return step === null ? [] : [step];
    });
    const args: Value | null =
      argsNode === undefined ? null : this.#evaluator.evaluate(argsNode, env);
    const reads = this.#reads.of(root, calls);
    return { kind: "query", target, args, hasArgs: argsNode !== undefined, steps, reads };
  }

  #others(): Use[] {
    const uses: Use[] = [];
    const { symbols } = this.#evaluator;
    for (const call of symbols.callsNamed("from")) {
      if (receiverName(call) !== "storage") continue;
      uses.push({ kind: "bucket", ...this.#named(call) });
    }
    for (const call of symbols.callsNamed("createBucket")) {
      if (receiverName(call) === "storage")
        uses.push({ kind: "create bucket", ...this.#named(call) });
    }
    for (const call of symbols.callsNamed("invoke")) {
      if (receiverName(call) === "functions") uses.push({ kind: "invoke", ...this.#named(call) });
    }
    for (const call of symbols.callsNamed("on")) {
      const [event, filter] = call.arguments;
      if (event === undefined || filter === undefined) continue;
      const kind = this.#evaluator.evaluate(event);
      if (kind.kind !== "string" || kind.text !== "postgres_changes") continue;
      const options = this.#evaluator.evaluate(filter);
      const text = (property: string) => {
        if (options.kind !== "object") return null;
        const value = options.properties.find((each) => each.name === property)?.value;
        return value === undefined ? null : (this.#places.texts(value)?.[0] ?? null);
      };
      uses.push({
        kind: "realtime",
        schema: text("schema"),
        table: text("table"),
        filter: text("filter"),
        place: this.#places.of(call),
      });
    }
    return uses;
  }

  #named(call: ts.CallExpression): {
    names: ReturnType<Places["texts"]>;
    place: ReturnType<Places["of"]>;
  } {
    const [argument] = call.arguments;
    return {
      names: argument === undefined ? null : this.#places.texts(this.#evaluator.evaluate(argument)),
      place: this.#places.of(argument ?? call),
    };
  }
}

function isParameter(node: ts.Expression, evaluator: Evaluator): boolean {
  if (!ts.isIdentifier(node)) return false;
  const declaration = evaluator.symbols.declaration(node);
  return declaration !== null && ts.isParameter(declaration);
}

/** `storage` of `db.storage.from(…)`, also through `const { storage } = db`. */
function receiverName(call: ts.CallExpression): string | null {
  const callee = bare(call.expression);
  if (!ts.isPropertyAccessExpression(callee)) return null;
  const receiver = bare(callee.expression);
  if (ts.isPropertyAccessExpression(receiver)) return receiver.name.text;
  return ts.isIdentifier(receiver) ? receiver.text : null;
}

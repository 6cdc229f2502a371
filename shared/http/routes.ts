import { refusal } from "../core/errors.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Answers one route: JSON (200), a Response, nothing (204), or an ApiError. */
export type Handler<Context> = (context: Context) => unknown;

/**
 * A function's routes: `GET` alone for its own address, `GET /:id/complete` below it.
 * Fixed segments win over parameters.
 */
export type Routes<Context> = { readonly [route in Method]?: Handler<Context> } & {
  readonly [route: `${Method} /${string}`]: Handler<Context>;
};

/** Where a request's path leads inside one function. */
export interface Place {
  /** The function's name, the first segment. */
  readonly functionName: string;
  /** The segments below it, decoded; one that is no valid encoding stays as it is. */
  readonly segments: readonly string[];
}

interface Route<Context> {
  readonly method: string;
  readonly pattern: readonly string[];
  readonly handler: Handler<Context>;
}

/** A route that fits, with the values of its parameters. */
export interface Match<Context> {
  readonly handler: Handler<Context>;
  readonly params: Readonly<Record<string, string>>;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/**
 * Splits `/functions/v1/<name>/…` or `/<name>/…`; whether the prefix is still there depends on the gateway.
 */
export function placeOf(url: URL): Place {
  const path = url.pathname.replace(/^\/functions\/v1(?=\/)/, "");
  const [functionName = "", ...segments] = path.split("/").filter((segment) => segment !== "");
  return { functionName, segments: segments.map(decoded) };
}

function paramsIn(pattern: readonly string[], segments: readonly string[]) {
  if (pattern.length !== segments.length) return undefined;
  const params: [string, string][] = [];
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? "";
    if (part.startsWith(":")) params.push([part.slice(1), segment]);
    else if (part !== segment) return undefined;
  }
  return Object.fromEntries(params);
}

function parameters(pattern: readonly string[]): number {
  return pattern.filter((part) => part.startsWith(":")).length;
}

/** Prepares the routes once; the result finds the one for a method and place. */
export function router<Context>(
  routes: Routes<Context>,
): (method: string, segments: readonly string[]) => Match<Context> {
  const table: Route<Context>[] = Object.entries<Handler<Context>>(routes)
    .map(([key, handler]) => {
      const [method = "", path = "/"] = key.split(" ");
      return { method, pattern: path.split("/").filter((part) => part !== ""), handler };
    })
    .sort((a, b) => parameters(a.pattern) - parameters(b.pattern));
  return (method, segments) => {
    const allowed = new Set<string>();
    for (const route of table) {
      const params = paramsIn(route.pattern, segments);
      if (params && route.method === method) return { handler: route.handler, params };
      if (params) allowed.add(route.method);
    }
    if (allowed.size === 0) throw refusal("not_found");
    const allow = [...allowed, "OPTIONS"].join(", ");
    throw refusal("method_not_allowed", undefined, { headers: { allow } });
  };
}

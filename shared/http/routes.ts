import { refusal } from "../core/errors.ts";
import { uuidOf } from "../core/uuid.ts";
import { mediaTypeOf } from "./media-type.ts";
import type { Route } from "./route.ts";

/** A route that fits, with the values of its parameters. */
export interface Match<Context> {
  readonly route: Route<Context>;
  readonly params: Readonly<Record<string, string>>;
}

interface Entry<Context> {
  readonly route: Route<Context>;
  readonly method: string;
  readonly pattern: readonly string[];
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function segmentsOf(path: string): string[] {
  return path.split("/").filter((segment) => segment !== "");
}

/** The path of `/functions/v1/<name>/…` or `/<name>/…` in its parts; whether the prefix is still there depends on the gateway. */
function placeOf(url: URL): string[] {
  return segmentsOf(url.pathname.replace(/^\/functions\/v1(?=\/)/, "")).map(decoded);
}

/** The function's name in an address of a request. */
export function functionNameOf(url: URL): string {
  return placeOf(url)[0] ?? "";
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

/** Every parameter is a UUID; anything else names no resource. */
function uuids(params: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      const uuid = uuidOf(value);
      if (uuid === undefined) throw refusal("not_found");
      return [name, uuid];
    }),
  );
}

/**
 * Prepares the routes once; the result finds the one for a request. Fixed segments win over parameters. Where two differ
 * in the body's media type alone, that of the request decides.
 */
export function router<Context>(
  routes: readonly Route<Context>[],
): (request: Request) => Match<Context> {
  const table: Entry<Context>[] = routes
    .map((route) => {
      const [method = "", path = ""] = route.address.split(" ");
      // The function's name has led here already.
      return { route, method, pattern: segmentsOf(path).slice(1) };
    })
    .sort((a, b) => parameters(a.pattern) - parameters(b.pattern));
  return (request) => {
    const segments = placeOf(new URL(request.url)).slice(1);
    const here = table.flatMap((entry) => {
      const params = paramsIn(entry.pattern, segments);
      return params ? [{ ...entry, params }] : [];
    });
    if (here.length === 0) throw refusal("not_found");
    const fitting = here.filter(({ method }) => method === request.method);
    const match =
      fitting.find(({ route }) => route.media === mediaTypeOf(request)) ??
      fitting.find(({ route }) => route.media === undefined);
    if (match) return { route: match.route, params: uuids(match.params) };
    const allow = [...new Set(here.map(({ method }) => method)), "OPTIONS"].join(", ");
    throw refusal("method_not_allowed", undefined, { headers: { allow } });
  };
}

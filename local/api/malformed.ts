import { depthExceeds, type JsonValue, parseJson } from "../../shared/core/json.ts";
import { keepDigits } from "./raw-text.ts";

/** Below what Postgres' own parser of JSON takes with its default stack, and far below the library's recursion. */
const maxDepth = 1000;

const methods = new Set(["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"]);

function refused(status: number, code: string, message: string): Response {
  return Response.json({ code, details: null, hint: null, message }, { status });
}

/** A `%` that begins no escape stands for itself, as it does for PostgREST. */
function mendEscapes(pathname: string): string {
  const whole = pathname.replace(/%(?![0-9a-fA-F]{2})/g, "%25");
  try {
    decodeURIComponent(whole);
    return whole;
  } catch {
    return whole.replaceAll("%", "%25"); // Bytes that are not UTF-8, which no name can contain.
  }
}

/** Half of a UTF-16 pair in a text or a key, which is no text in UTF-8 and can stand in a body only as an escape. */
function hasLoneSurrogate(body: string, value: JsonValue): boolean {
  return /\\ud[89a-f]/i.test(body) && /(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(JSON.stringify(value));
}

/** A filter whose operator is a name that every object has: the library finds it in a table of operators. */
function hasStrayOperator({ pathname, searchParams }: URL, method: string): boolean {
  const isArguments = method === "GET" && pathname.startsWith("/rest/v1/rpc/");
  const operators = [...searchParams.values()].map((value) => /^\w*/.exec(value)?.[0] ?? "");
  return !isArguments && operators.some((operator) => operator in {});
}

/**
 * Answers what PostgREST refuses before it asks Postgres, where the library would answer otherwise or with a 500.
 * Every other request is returned for an answer: numbers in its body keep their digits, and a body that is neither an
 * object nor an array counts as no rows.
 */
export async function refuseMalformed(request: Request): Promise<Request | Response> {
  const { method, headers } = request;
  if (!methods.has(method)) {
    return refused(405, "PGRST117", `Unsupported HTTP method: ${method}`);
  }
  const url = new URL(request.url);
  url.pathname = mendEscapes(url.pathname);
  if (hasStrayOperator(url, method)) return refused(400, "PGRST100", "failed to parse filter");
  const isJson = headers.get("content-type")?.includes("json") === true;
  if (request.body === null || !isJson) return new Request(url, request);
  const body = await request.text();
  const value = parseJson(body);
  if (value === undefined) return new Request(url, { method, headers, body });
  if (depthExceeds(value, maxDepth)) return refused(500, "54001", "stack depth limit exceeded");
  if (hasLoneSurrogate(body, value)) return refused(400, "PGRST102", "Empty or invalid json");
  const isRpc = url.pathname.startsWith("/rest/v1/rpc/");
  const isEmpty = typeof value !== "object" || value === null;
  return new Request(url, {
    method,
    headers,
    body: isEmpty ? (isRpc ? "{}" : "[]") : keepDigits(body),
  });
}

import { depthExceeds, parseJson } from "../../shared/http/json.ts";

/** As deep as Postgres' own parser of JSON goes with its default stack, and far below the library's recursion. */
const maxDepth = 1000;

function refused(message: string): Response {
  return Response.json({ code: "PGRST102", details: null, hint: null, message }, { status: 400 });
}

function isDecodable(pathname: string): boolean {
  try {
    decodeURIComponent(pathname);
    return true;
  } catch {
    return false;
  }
}

/**
 * Requests to the REST API that the library answers with a 500 of its own: an address with a broken escape, a body
 * that nests without end. They get a 400; every other request comes back, to be answered.
 */
export async function refuseMalformed(request: Request): Promise<Request | Response> {
  if (!isDecodable(new URL(request.url).pathname)) return refused("Malformed percent-encoding");
  const isJson = request.headers.get("content-type")?.includes("json") === true;
  if (request.body === null || !isJson) return request;
  const body = await request.text();
  const value = parseJson(body);
  if (value !== undefined && depthExceeds(value, maxDepth))
    return refused("Too deeply nested json");
  const { url, method, headers } = request;
  return new Request(url, { method, headers, body });
}

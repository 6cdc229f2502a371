import { testStack } from "./resources.ts";
import type { TestUser } from "./users.ts";

/** Calls an edge function over HTTP, as a user when one is given. */
export function callFunction(
  path: string,
  options: RequestInit & { user?: TestUser } = {},
): Promise<Response> {
  const { url, publishable_key } = testStack();
  const { user, ...init } = options;
  const headers = new Headers(init.headers);
  if (!headers.has("apikey")) headers.set("apikey", publishable_key);
  if (user) headers.set("authorization", `Bearer ${user.token}`);
  return fetch(`${url}/functions/v1/${path}`, { ...init, headers });
}

/** The same with a JSON body, POST unless told otherwise. */
export function callJson(
  path: string,
  body: unknown,
  options: RequestInit & { user?: TestUser } = {},
): Promise<Response> {
  const headers = new Headers(options.headers);
  headers.set("content-type", "application/json");
  return callFunction(path, { method: "POST", ...options, headers, body: JSON.stringify(body) });
}

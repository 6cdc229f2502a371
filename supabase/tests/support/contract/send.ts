import { signVapi } from "../../../../tools/simulate/vapi.ts";
import { signZoom } from "../../../../tools/simulate/zoom.ts";
import { pushToken } from "../google-meet.ts";
import { signResend } from "../mail.ts";
import { testStack } from "../resources.ts";
import type { Caller } from "./cast.ts";
import type { Input } from "./inputs.ts";
import type { Answer } from "./judge.ts";
import type { Operation } from "./operations.ts";

/** After that a request counts as one that is never answered. */
const PATIENCE_MS = 20_000;

type Body = string | Uint8Array<ArrayBuffer>;

function encoded({ body }: Input): Body | undefined {
  if (body === undefined || typeof body === "string") return body;
  return body instanceof Uint8Array ? Uint8Array.from(body) : JSON.stringify(body);
}

const asText = (value: unknown) =>
  typeof value === "string" ? value : (JSON.stringify(value) ?? "");

function form(fields: unknown): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(Object(fields))) {
    if (name === "file")
      data.append(name, new Blob([asText(value)], { type: "image/png" }), "a.png");
    else data.append(name, asText(value));
  }
  return data;
}

/** What the provider of a webhook puts beside a body to prove itself. */
async function signature(path: string, body: Body): Promise<Record<string, string>> {
  const { secrets } = testStack();
  if (path.endsWith("/zoom-webhook")) return signZoom(body, secrets.zoom);
  if (path.endsWith("/email-webhook")) return signResend(asText(body));
  if (path.endsWith("/vapi-webhook")) return signVapi(body, secrets.vapi);
  return { authorization: `Bearer ${await pushToken()}` };
}

/** Sends one request; status 0 says that it was never answered. */
export async function send(
  operation: Operation,
  caller: Caller,
  input: Input,
  isSigned: boolean,
): Promise<Answer> {
  const headers = new Headers(caller.headers);
  const isForm = input.media === "multipart/form-data" && !(input.body instanceof Uint8Array);
  const body = isForm ? form(input.body) : encoded(input);
  if (!isForm && input.media !== undefined) headers.set("content-type", input.media);
  if (input.idempotencyKey !== undefined) headers.set("idempotency-key", input.idempotencyKey);
  if (isSigned && !(body instanceof FormData)) {
    const signed = await signature(operation.path, body ?? "");
    for (const [name, value] of Object.entries(signed)) headers.set(name, value);
  }
  try {
    const response = await fetch(testStack().url + input.target, {
      method: operation.method,
      headers,
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body === undefined || operation.method === "GET" ? {} : { body }),
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    return { status: 0, text: String(error) };
  }
}

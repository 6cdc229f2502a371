import { testStack } from "./resources.ts";
import { VAPI_CREDENTIAL_ID } from "./vendors/vapi.ts";

type Json = Record<string, unknown>;

/** The loopback VAPI's address. */
const cloud = () => {
  const { vapi } = testStack().vendors;
  if (vapi === undefined) throw new Error("no loopback VAPI");
  return vapi;
};

async function control(method: string, path: string, body?: object): Promise<Response> {
  const response = await fetch(`${cloud()}/__control/${path}`, {
    method,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response;
}

/** Lets VAPI prove its deliveries with the stack's secret, under the credential that our servers name. */
export async function connectVapi(kind: "bearer" | "secret" | "hmac" = "hmac"): Promise<void> {
  const { vapi: secret } = testStack().secrets;
  await control("PUT", "credentials", { id: VAPI_CREDENTIAL_ID, kind, secret });
}

/** The next requests that contain `includes` fail in this way. */
export const failVapi = (fault: { includes: string } & Json) => control("POST", "faults", fault);

/** The resources at VAPI that contain a text. */
export async function atVapi(
  kind: "assistants" | "numbers" | "requests",
  includes: string,
): Promise<Json[]> {
  return (
    await control("GET", `${kind}?includes=${encodeURIComponent(includes)}`)
  ).json() as Promise<Json[]>;
}

/** Puts something there that we did not create. */
export async function placeAtVapi(
  kind: "assistants" | "numbers" | "placed-calls",
  resource: Json,
): Promise<Json & { id: string }> {
  return (await control("POST", kind, resource)).json() as Promise<Json & { id: string }>;
}

/** Deletes something there, as its dashboard does. */
export const removeAtVapi = (kind: "assistants" | "numbers", id: string) =>
  control("DELETE", `${kind}?id=${id}`);

export interface PlayedCall {
  callId: string;
  answer: Json | null;
  endedReason: string;
  seconds: number;
  deliveries: { type: string; statuses: number[]; answer: Json }[];
}

/** Plays a call of somebody to a number at VAPI. */
export async function callNumber(call: {
  phoneNumberId: string;
  seconds: number;
  startedAt: Date;
  lost?: string[];
  isOpen?: boolean;
}): Promise<PlayedCall> {
  const played = await control("POST", "calls", {
    ...call,
    startedAt: call.startedAt.toISOString(),
  });
  return played.json() as Promise<PlayedCall>;
}

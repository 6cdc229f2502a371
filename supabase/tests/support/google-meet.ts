import { randomUUID } from "node:crypto";
import { importJWK, type JWTPayload, SignJWT } from "jose";
import { googleId } from "../../../tools/simulate/google-meet.ts";
import { sql } from "./database.ts";
import { callFunction } from "./functions.ts";
import { testStack } from "./resources.ts";
import type { TestUser } from "./users.ts";
import type { CloudFacts, CloudFailure, CloudSubscription } from "./vendors/google/world.ts";
import { pushAccount, pushAudience } from "./vendors/google.ts";
import { wordOf } from "./zoom.ts";

/** Asks or steers the loopback Google. */
export async function google<Answer>(command: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${testStack().vendors.google}/__control/${command}`, {
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${command}: ${response.status} ${await response.text()}`);
  return await response.json();
}

export const teachGoogle = (facts: CloudFacts) => google<unknown>("facts", facts);
export const failGoogle = (failure: CloudFailure) => google<unknown>("failures", failure);
export const mendGoogle = (match: string) =>
  google<unknown>(`mend?match=${encodeURIComponent(match)}`);
export const askedOfGoogle = (match: string) =>
  google<string[]>(`requests?match=${encodeURIComponent(match)}`);
export const subscriptionsTo = (space: string) =>
  google<CloudSubscription[]>(`subscriptions?match=${encodeURIComponent(space)}`);

/** The claims of a push token as Google makes it. */
export function pushClaims(more: JWTPayload = {}): JWTPayload {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: "https://accounts.google.com",
    aud: pushAudience,
    azp: "113774264463038321964",
    sub: "113774264463038321964",
    email: pushAccount,
    email_verified: true,
    iat: now - 5,
    exp: now + 3_600,
    ...more,
  };
}

let pushKey: Promise<CryptoKey | Uint8Array> | undefined;

/** A token signed with the loopback Google's key. */
export async function pushToken(claims = pushClaims()): Promise<string> {
  pushKey ??= google<Parameters<typeof importJWK>[0]>("push-key").then((jwk) =>
    importJWK(jwk, "RS256"),
  );
  return await new SignJWT(claims)
    .setProtectedHeader({ alg: "RS256", kid: "push-1", typ: "JWT" })
    .sign(await pushKey);
}

let token: Promise<string> | undefined;

/** Pushes a body to google-meet-webhook, with a valid token unless told otherwise (null: none). */
export async function deliverGoogleMeet(body: string, given?: string | null): Promise<Response> {
  token ??= pushToken();
  const bearer = given === undefined ? await token : given;
  const headers = { "content-type": "application/json" };
  return callFunction("google-meet-webhook", {
    method: "POST",
    headers: bearer === null ? headers : { ...headers, authorization: `Bearer ${bearer}` },
    body,
  });
}

/** Pushes an event and returns the status word of the answer. */
export const tellGoogleMeet = async (push: object): Promise<string> =>
  wordOf(await deliverGoogleMeet(JSON.stringify(push)));

/** A space that nothing else in this run uses. */
export const newSpace = (): string => `spaces/${googleId()}`;

/** Gives a teacher a Workspace address, as an operator does. */
export async function giveWorkspaceAddress(teacher: TestUser): Promise<string> {
  const address = `${randomUUID()}@school.example`;
  await sql("update public.profiles set workspace_email = $2 where id = $1", [teacher.id, address]);
  return address;
}

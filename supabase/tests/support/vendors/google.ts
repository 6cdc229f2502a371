import { type CryptoKey, exportJWK, exportPKCS8, generateKeyPair, type JWK } from "jose";
import { googleError } from "./google/answers.ts";
import { answerControl } from "./google/control.ts";
import { answerDirectory, DIRECTORY_SCOPE } from "./google/directory-api.ts";
import { answerEvents, EVENTS_SCOPE } from "./google/events-api.ts";
import { answerGoogleMeet, MEET_SCOPE } from "./google/meet-api.ts";
import { answerToken } from "./google/oauth.ts";
import { World } from "./google/world.ts";
import { serveVendor } from "./serve.ts";
import type { StartVendor } from "./vendor.ts";

const ACCOUNT = "switchboard@loopback.iam.gserviceaccount.com";
/** What the push subscription of the test stack is set to. */
export const pushAudience = "https://switchboard.example/google-meet-webhook";
export const pushAccount = "pubsub-push@loopback.iam.gserviceaccount.com";

const SCOPES: Readonly<Record<string, string>> = {
  meet: MEET_SCOPE,
  directory: DIRECTORY_SCOPE,
  events: EVENTS_SCOPE,
};

async function keyPair(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: "RS256", use: "sig" };
  return { publicKey, privateKey, jwk };
}

function api(world: World, request: Request, service: string, subject: string) {
  if (service === "meet") return answerGoogleMeet(world, new URL(request.url), subject);
  if (service === "directory") return answerDirectory(world, new URL(request.url));
  return answerEvents(world, request, subject);
}

/** An API request: by whom, whether it may, whether it fails on demand, what it answers. */
async function answerApi(world: World, request: Request, service: string): Promise<Response> {
  const url = new URL(request.url);
  const bearer = request.headers.get("authorization")?.replace("Bearer ", "") ?? "";
  const grant = world.tokens.get(bearer);
  if (!grant) return googleError(401);
  const line = `${request.method} ${decodeURIComponent(url.pathname + url.search)} as ${grant.subject}`;
  const failure = world.meet(line);
  if (failure && !failure.isAfterEffect) return googleError(failure.status, failure);
  const needed = SCOPES[service];
  if (needed === undefined || !grant.scopes.includes(needed)) {
    return googleError(403, { reason: "ACCESS_TOKEN_SCOPE_INSUFFICIENT" });
  }
  const answer = await api(world, request, service, grant.subject);
  return failure ? googleError(failure.status, failure) : answer;
}

async function answerOAuth(
  world: World,
  request: Request,
  account: { email: string; key: CryptoKey; audience: string },
): Promise<Response> {
  const { subject, answer } = await answerToken(world, request, account);
  const failure = world.meet(`POST /token as ${subject}`);
  return failure ? googleError(failure.status, failure) : answer;
}

/**
 * Google where its cloud would be: token endpoint, keys, Meet REST, Directory, Workspace Events.
 * Push tokens are signed with the key that `GET /__control/push-key` hands out.
 */
export const startGoogle: StartVendor = async () => {
  const world = new World();
  const push = await keyPair("push-1");
  const account = await keyPair("account-1");
  const pushKey = { ...(await exportJWK(push.privateKey)), kid: "push-1", alg: "RS256" };
  const { url, stop } = await serveVendor(async (request, base) => {
    const [, service = ""] = new URL(request.url).pathname.split("/");
    if (request.url.endsWith("/__control/push-key")) return Response.json(pushKey);
    if (service === "__control") return answerControl(world, request);
    if (service === "certs") return Response.json({ keys: [push.jwk] });
    if (service !== "token") return answerApi(world, request, service);
    const audience = `${base}/token`;
    return answerOAuth(world, request, { email: ACCOUNT, key: account.publicKey, audience });
  });
  return {
    name: "google",
    url,
    env: {
      GOOGLE_JWKS_URL: `${url}/certs`,
      GOOGLE_PUBSUB_AUDIENCE: pushAudience,
      GOOGLE_PUBSUB_SERVICE_ACCOUNT: pushAccount,
      GOOGLE_PUBSUB_TOPIC: "projects/switchboard/topics/meet",
      GOOGLE_OAUTH_URL: `${url}/token`,
      GOOGLE_MEET_URL: `${url}/meet`,
      GOOGLE_DIRECTORY_URL: `${url}/directory`,
      GOOGLE_EVENTS_URL: `${url}/events`,
      GOOGLE_SERVICE_ACCOUNT_EMAIL: ACCOUNT,
      GOOGLE_SERVICE_ACCOUNT_KEY: (await exportPKCS8(account.privateKey)).replaceAll("\n", "\\n"),
    },
    stop,
  };
};

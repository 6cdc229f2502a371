import { serveVendor } from "./serve.ts";
import type { StartVendor } from "./vendor.ts";
import { answerApi, zoomError } from "./zoom/api.ts";
import { type CloudFailure, Facts, Failure, World } from "./zoom/world.ts";

/** A failure as a test asked for it. */
async function fail({ status, code, retryAfter, body, isSilent }: CloudFailure): Promise<Response> {
  // The server's stop closes the connection.
  if (isSilent) await new Promise(() => {});
  if (body !== undefined) return new Response(body, { status });
  return zoomError(status, code, retryAfter);
}

const ACCOUNT_ID = "loopback-account";
const CLIENT_ID = "loopback-client";
const CLIENT_SECRET = "loopback:client/secret";

/** Server-to-server OAuth: credentials as Basic, the rest in the body. */
function answerToken(world: World, request: Request, body: string): Response {
  const basic = Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString("base64");
  if (request.headers.get("authorization") !== `Basic ${basic}`) {
    return Response.json({ reason: "Refused.", error: "invalid_client" }, { status: 400 });
  }
  const form = new URLSearchParams(body);
  if (form.get("grant_type") !== "account_credentials" || form.get("account_id") !== ACCOUNT_ID) {
    return Response.json({ reason: "Refused.", error: "invalid_request" }, { status: 400 });
  }
  return Response.json({
    access_token: world.issueToken(),
    token_type: "bearer",
    expires_in: 3_600,
    scope:
      "meeting:update:in_meeting_controls:admin cloud_recording:read:list_recording_files:admin",
  });
}

/**
 * How tests steer the loopback: `facts` adds to Zoom's world, `failures` makes requests fail, `mend` takes that back,
 * `requests` lists what was asked.
 */
async function answerControl(world: World, url: URL, body: string): Promise<Response> {
  const match = url.searchParams.get("match") ?? "";
  switch (url.pathname.replace("/__control/", "")) {
    case "facts":
      world.learn(Facts.parse(JSON.parse(body)));
      return Response.json({});
    case "failures":
      world.failures.push(Failure.parse(JSON.parse(body)));
      return Response.json({});
    case "mend":
      world.failures = world.failures.filter((failure) => failure.match !== match);
      return Response.json({});
    case "requests":
      return Response.json(world.requests.filter(({ line }) => line.includes(match)));
    default:
      return Response.json({}, { status: 404 });
  }
}

/** Zoom where its cloud would be: token endpoint and REST API. */
export const startZoom: StartVendor = async () => {
  const world = new World();
  const { url, stop } = await serveVendor(async (request) => {
    const address = new URL(request.url);
    const body = await request.text();
    if (address.pathname.startsWith("/__control/")) return answerControl(world, address, body);
    const isToken = address.pathname === "/oauth/token";
    const bearer = request.headers.get("authorization")?.replace("Bearer ", "") ?? "";
    const token = world.tokens.indexOf(bearer);
    // Decodes twice, because some uuids have to be encoded twice.
    const path = decodeURIComponent(decodeURIComponent(address.pathname));
    const line = `${request.method} ${path}${address.search}`;
    const failure = world.meet({ line, token, body: isToken ? "" : body });
    if (failure) return fail(failure);
    if (isToken) return answerToken(world, request, body);
    return token < 0 ? zoomError(401, 124) : answerApi(world, request, body);
  });
  return {
    name: "zoom",
    url,
    env: {
      ZOOM_API_URL: `${url}/v2`,
      ZOOM_OAUTH_URL: `${url}/oauth/token`,
      ZOOM_ACCOUNT_ID: ACCOUNT_ID,
      ZOOM_CLIENT_ID: CLIENT_ID,
      ZOOM_CLIENT_SECRET: CLIENT_SECRET,
    },
    stop,
  };
};

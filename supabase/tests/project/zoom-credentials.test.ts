import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Stack, startStack } from "../../../local/stack.ts";
import { schedule } from "../../../tools/simulate/lesson.ts";
import type { Person } from "../../../tools/simulate/scene.ts";
import { createStage } from "../../../tools/simulate/stage.ts";
import { signZoom, type ZoomBody, ZoomRun } from "../../../tools/simulate/zoom.ts";
import type { Vendor } from "../support/vendors/vendor.ts";
import type { CloudFacts, CloudFailure, CloudRequest } from "../support/vendors/zoom/world.ts";
import { startZoom } from "../support/vendors/zoom.ts";

// A stack and a Zoom of their own, because the one token endpoint is everybody's.
const data = mkdtempSync(join(tmpdir(), "switchboard-credentials-"));
const TOKEN = "POST /oauth/token";
/** What each of the two functions asks once it has a token. */
const APIS = ["/v2/live_meetings/", "/v2/meetings/"];
const PROSE = "Sentences of Zoom that nobody else should read";
let stack: Stack;
let zoom: Vendor;
let run: ZoomRun;
let authorization: string;
let classId: string;

async function control<Answer>(command: string, body?: CloudFailure | CloudFacts): Promise<Answer> {
  const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const response = await fetch(`${zoom.url}/__control/${command}`, init);
  expect(response.status).toBe(200);
  return await response.json();
}

async function tell(event: ZoomBody): Promise<void> {
  const body = JSON.stringify(event);
  const headers = signZoom(body, stack.secrets.zoom);
  const init = { method: "POST", headers, body };
  expect((await fetch(`${stack.url}/functions/v1/zoom-webhook`, init)).status).toBe(200);
}

async function tokenOf({ client }: Person): Promise<string> {
  const { data: known } = await client.auth.getSession();
  return known.session?.access_token ?? "";
}

beforeAll(async () => {
  zoom = await startZoom();
  const options = { data, port: 0, seed: false, scheduler: false, warm: false, durable: false };
  stack = await startStack({ ...options, functionsEnv: zoom.env });
  const teacher = await createStage(stack).person("Clara Nystrom", "teacher");
  authorization = `Bearer ${await tokenOf(teacher)}`;
  run = new ZoomRun(`8${Date.now() % 10_000_000_000}`, new Date());
  const meeting = { provider: "zoom", meetingId: run.meetingId, start: run.startedAt } as const;
  classId = await schedule(teacher, [], meeting);
  const file = { id: "file-of-this-test", download_url: "https://us02web.zoom.us/rec/download/1" };
  await control("facts", {
    meetings: [{ id: run.meetingId, is_live: true }],
    recordings: [{ uuid: run.uuid, files: [file] }],
  });
  await tell(run.opened(teacher));
  const lasted = { from: run.startedAt, to: new Date() };
  await tell(run.recorded([{ id: file.id, file_type: "MP4" }], lasted, new Date()));
});
afterAll(async () => {
  await stack.stop();
  await zoom.stop();
  rmSync(data, { recursive: true, force: true });
});

const headers = () => ({ authorization, apikey: stack.publishable_key });
const startRecording = () =>
  fetch(`${stack.url}/functions/v1/zoom-recording`, {
    method: "POST",
    headers: { ...headers(), "content-type": "application/json" },
    body: JSON.stringify({ class_id: classId, action: "start" }),
  });
const list = () =>
  fetch(`${stack.url}/functions/v1/class-recordings?class_id=${classId}`, { headers: headers() });

/** Asks both functions, each of which has a process and a token of its own. */
const ask = () => Promise.all([startRecording(), list()]);
const mend = (match: string) => control<unknown>(`mend?match=${encodeURIComponent(match)}`);
const tokensIssued = async () =>
  (await control<CloudRequest[]>(`requests?match=${encodeURIComponent(TOKEN)}`)).length;

/** Everything that stands for our credentials, and what Zoom said. */
const secrets = () => {
  const { ZOOM_CLIENT_ID: id, ZOOM_CLIENT_SECRET: secret } = zoom.env;
  return [`${secret}`, btoa(`${id}:${secret}`), "zoom-access-", "zoom-download-", PROSE];
};

it.each<[string, Omit<CloudFailure, "match">, string]>([
  ["refuses our credentials", { status: 401 }, "30"],
  [
    "says invalid_client",
    { status: 400, body: `{"reason":"${PROSE}","error":"invalid_client"}` },
    "30",
  ],
  ["is busy", { status: 429, retryAfter: "120" }, "120"],
  ["fails", { status: 500, body: PROSE }, "30"],
  ["answers nothing that is JSON", { status: 200, body: `<html>${PROSE}</html>` }, "30"],
  ["answers no token", { status: 200, body: `{"access_token":"","expires_in":3600}` }, "30"],
  [
    "answers a token without an end",
    { status: 200, body: `{"access_token":"zoom-access-x"}` },
    "30",
  ],
  ["is not there in time", { status: 200, isSilent: true }, "30"],
])(
  "Zoom's token endpoint %s: 503, nothing of it told, and nothing of it kept",
  async (_, how, wait) => {
    // Whatever token is kept by now is no longer taken, once by each function.
    for (const match of APIS)
      await control("failures", { match, status: 401, code: 124, times: 1 });
    await control("failures", { match: TOKEN, ...how });
    for (const response of await ask()) {
      expect(response.status).toBe(503);
      expect(response.headers.get("retry-after")).toBe(wait);
      const text = await response.text();
      expect(JSON.parse(text)).toEqual({
        code: "meeting_provider_unavailable",
        message: expect.any(String),
        request_id: expect.any(String),
      });
      for (const secret of secrets()) expect(text).not.toContain(secret);
    }
    for (const match of [TOKEN, ...APIS]) await mend(match);
    const before = await tokensIssued();
    const [controlled, listed] = await ask();
    expect(controlled.status).toBe(202);
    expect(await listed.json()).toMatchObject({
      recordings: [{ url: expect.stringContaining("zoom-download-") }],
    });
    expect(await tokensIssued()).toBe(before + 2);
    await ask();
    expect(await tokensIssued()).toBe(before + 2);
  },
);

it("no log has our credentials or what Zoom said", () => {
  const log = readFileSync(join(stack.logs, "functions.log"), "utf8");
  expect(log).toContain("zoom_token_");
  for (const secret of secrets()) expect(log).not.toContain(secret);
});

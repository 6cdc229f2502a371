import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { sql } from "../../support/database.ts";
import { callFunction } from "../../support/functions.ts";
import {
  askedOfGoogle,
  failGoogle,
  mendGoogle,
  tellGoogleMeet,
} from "../../support/google-meet.ts";
import { newGoogleMeetClass } from "../../support/google-meet-class.ts";
import { tablesWith } from "../../support/stored.ts";
import { createUser, type TestUser } from "../../support/users.ts";

const minutes = (count: number) => new Date(Date.UTC(2026, 2, 2, 10, count));
const DRIVE = "https://drive.google.com/file/";

/** A class over Meet that is over, with a recording, its transcript and a second recording whose file Google has not made yet. */
async function recordedClass() {
  const student = await createUser();
  const made = await newGoogleMeetClass([student], { start: minutes(0) });
  const uris = { recording: `${DRIVE}${randomUUID()}`, transcript: `${DRIVE}${randomUUID()}` };
  const files = {
    recording: made.file("recordings", uris.recording),
    transcript: made.file("transcripts", uris.transcript),
    unfinished: made.file("recordings"),
  };
  await made.publish(minutes(60));
  const { run } = made;
  const generated = (what: "recording" | "transcript", name: string, minute: number) =>
    run.event(`${what}.v2.fileGenerated`, minutes(minute), { [what]: { name } });
  const pushes = [
    run.started(),
    run.ended(minutes(60)),
    generated("recording", files.recording, 70),
    generated("transcript", files.transcript, 71),
    generated("recording", files.unfinished, 72),
  ];
  for (const push of pushes) expect(await tellGoogleMeet(push)).toBe("applied");
  return { student, made, uris, files };
}

const read = (user: TestUser | undefined, id: string) =>
  callFunction(`class-recordings?class_id=${id}`, user ? { user } : {});

/** The links of the answer, in no order. */
async function linksOf(response: Response): Promise<(string | null)[]> {
  expect(response.status).toBe(200);
  const { recordings }: { recordings: { url: string | null; expires_at: string | null }[] } =
    await response.json();
  for (const { expires_at } of recordings) expect(expires_at).toBeNull();
  return recordings.map(({ url }) => url).sort();
}

it("host, admin and the enrolled get the links that Meet tells the host, and not his address", async () => {
  const { student, made, uris, files } = await recordedClass();
  for (const user of [made.teacher, student, await createUser("admin")]) {
    const response = await read(user, made.id);
    expect(await response.clone().text()).not.toContain(made.address);
    expect(await linksOf(response)).toEqual([null, uris.recording, uris.transcript].sort());
  }
  for (const name of Object.values(files)) {
    expect(await askedOfGoogle(`GET /meet/v2/${name} as ${made.address}`)).toHaveLength(3);
  }
});

it("is no class to anybody else, and Google is not asked for them", async () => {
  const { made, files } = await recordedClass();
  for (const user of [await createUser(), await createUser("teacher"), await createUser("agent")]) {
    const response = await read(user, made.id);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: "class_not_found" });
  }
  expect((await read(undefined, made.id)).status).toBe(401);
  expect(await askedOfGoogle(files.recording)).toEqual([]);
});

it.each([
  ["does not know", 404],
  ["does not tell the host of", 403],
])("a file that Google %s is listed without a link, the others with theirs", async (_, status) => {
  const { student, made, uris, files } = await recordedClass();
  await failGoogle({ match: files.recording, status });
  expect(await linksOf(await read(student, made.id))).toEqual([null, null, uris.transcript].sort());
  await mendGoogle(files.recording);
  expect(await linksOf(await read(student, made.id))).toEqual(
    [null, uris.recording, uris.transcript].sort(),
  );
});

it.each([
  ["is down", { status: 503 }, "30"],
  ["is busy", { status: 429, retryAfter: "120" }, "120"],
  ["misses a grant", { status: 403, reason: "ACCESS_TOKEN_SCOPE_INSUFFICIENT" }, "30"],
  ["no longer takes the token", { status: 401 }, "30"],
])("Google %s: a 503 that says when to come again", async (_, failure, retryAfter) => {
  const { student, made, uris, files } = await recordedClass();
  await failGoogle({ match: files.recording, ...failure });
  const response = await read(student, made.id);
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe(retryAfter);
  const answer = await response.text();
  expect(JSON.parse(answer)).toMatchObject({ code: "meeting_provider_unavailable" });
  expect(answer).not.toContain(made.address);
  await mendGoogle(files.recording);
  expect(await linksOf(await read(student, made.id))).toContain(uris.recording);
});

it("a host in whose name we may not ask (yet) is a 503, and the refusal is not kept", async () => {
  const { student, made, uris } = await recordedClass();
  const match = `POST /token as ${made.address}`;
  await failGoogle({ match, status: 400 });
  const response = await read(student, made.id);
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ code: "meeting_provider_unavailable" });
  await mendGoogle(match);
  expect(await linksOf(await read(student, made.id))).toContain(uris.recording);
});

it("without a Workspace address of the host the files are listed without links", async () => {
  const { student, made, files } = await recordedClass();
  await sql("update public.profiles set workspace_email = null where id = $1", [made.teacher.id]);
  expect(await linksOf(await read(student, made.id))).toEqual([null, null, null]);
  expect(await askedOfGoogle(files.recording)).toEqual([]);
});

it("no link is stored anywhere", async () => {
  const { student, made, uris } = await recordedClass();
  expect(await linksOf(await read(student, made.id))).toContain(uris.recording);
  expect(await tablesWith([DRIVE, "ya29."])).toEqual([]);
  expect(await tablesWith([made.run.record])).toContain("public.class_recordings");
});

it("an address that is not Drive's is no link", async () => {
  const { student, made } = await recordedClass();
  const name = made.file("recordings", "https://drive.google.com.example/file/1");
  await made.publish(minutes(60));
  await tellGoogleMeet(
    made.run.event("recording.v2.fileGenerated", minutes(73), { recording: { name } }),
  );
  const links = await linksOf(await read(student, made.id));
  expect(links).toHaveLength(4);
  expect(links.join()).not.toContain("example");
});

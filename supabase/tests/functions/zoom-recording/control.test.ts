import { beforeAll, describe, expect, it } from "vitest";
import { ZoomRun } from "../../../../tools/simulate/zoom.ts";
import { sql, sqlOne } from "../../support/database.ts";
import { callFunction, callJson } from "../../support/functions.ts";
import { createUser, type TestUser } from "../../support/users.ts";
import { newMeetingId, scheduleClass, tellZoom } from "../../support/zoom.ts";
import { askedOfZoom, failZoom, mendZoom, teachZoom } from "../../support/zoom-cloud.ts";

let teacher: TestUser;
let student: TestUser;
let classId: string;
let run: ZoomRun;

beforeAll(async () => {
  teacher = await createUser("teacher");
  student = await createUser();
  run = new ZoomRun(newMeetingId(), new Date());
  classId = await scheduleClass(teacher, [student], run.meetingId, run.startedAt);
  await teachZoom({ meetings: [{ id: run.meetingId, is_live: true }] });
});

const ask = (user: TestUser | undefined, action = "start", class_id = classId) =>
  callJson("zoom-recording", { class_id, action }, user ? { user } : {});
const bodyOf = (response: Response): Promise<unknown> => response.json();

describe("before the class runs", () => {
  it("there is nothing to record", async () => {
    const response = await ask(teacher);
    expect(response.status).toBe(409);
    expect(await bodyOf(response)).toMatchObject({
      code: "class_not_live",
      details: { status: "scheduled" },
    });
    expect(await askedOfZoom(run.meetingId)).toEqual([]);
  });
});

describe("while the class runs", () => {
  beforeAll(async () => {
    expect(await tellZoom(run.started())).toBe("applied");
  });

  it.each(["start", "pause", "resume", "stop"])(
    "its host asks Zoom to %s, and the event says that it did",
    async (action) => {
      const response = await ask(teacher, action);
      expect(response.status).toBe(202);
      expect(await bodyOf(response)).toEqual({
        status: "requested",
        recording_status: "not_started",
      });
      const asked = await askedOfZoom(`/live_meetings/${run.meetingId}/events`);
      expect(asked.at(-1)?.body).toBe(JSON.stringify({ method: `recording.${action}` }));
    },
  );

  it("an admin may too", async () => {
    expect((await ask(await createUser("admin"))).status).toBe(202);
  });

  it("nobody else may, and nothing is asked for them", async () => {
    const before = await askedOfZoom(run.meetingId);
    for (const user of [student, await createUser("teacher"), await createUser("agent")]) {
      const response = await ask(user);
      expect(response.status).toBe(404);
      expect(await bodyOf(response)).toMatchObject({ code: "class_not_found" });
    }
    expect((await ask(undefined)).status).toBe(401);
    expect(await askedOfZoom(run.meetingId)).toEqual(before);
  });

  it("refuses what is no request", async () => {
    expect((await ask(teacher, "erase")).status).toBe(422);
    expect((await ask(teacher, "start", "1")).status).toBe(422);
    expect((await ask(teacher, "start", crypto.randomUUID())).status).toBe(404);
    expect((await callFunction("zoom-recording", { user: teacher })).status).toBe(405);
  });

  it("one token does for several requests", async () => {
    const before = (await askedOfZoom(run.meetingId)).length;
    for (const action of ["start", "stop"]) {
      expect((await ask(teacher, action)).status).toBe(202);
    }
    const tokens = (await askedOfZoom(run.meetingId)).slice(before).map(({ token }) => token);
    expect(tokens).toHaveLength(2);
    expect(new Set(tokens).size).toBe(1);
  });

  it("a revoked token is replaced, once", async () => {
    const before = (await askedOfZoom(run.meetingId)).length;
    await failZoom({ match: run.meetingId, status: 401, code: 124, times: 1 });
    expect((await ask(teacher)).status).toBe(202);
    const tokens = (await askedOfZoom(run.meetingId)).slice(before).map(({ token }) => token);
    expect(tokens).toHaveLength(2);
    expect(new Set(tokens).size).toBe(2);

    await failZoom({ match: run.meetingId, status: 401, code: 124, times: 2 });
    const refused = await ask(teacher);
    expect(refused.status).toBe(503);
    expect(await askedOfZoom(run.meetingId)).toHaveLength(before + 4);
  });

  it.each([
    ["the meeting is not live", 400, 300, 409, "recording_refused"],
    ["the meeting is gone", 404, 3001, 409, "recording_refused"],
    ["the storage is full", 400, 3309, 409, "recording_storage_full"],
    ["the app lacks a scope", 400, 4711, 503, "meeting_provider_unavailable"],
    ["Zoom is down", 503, 503, 503, "meeting_provider_unavailable"],
  ])("%s: Zoom's %i/%i is our %i", async (_, status, code, ours, word) => {
    await failZoom({ match: run.meetingId, status, code, times: 1 });
    const response = await ask(teacher);
    expect(response.status).toBe(ours);
    expect(await bodyOf(response)).toMatchObject({ code: word });
  });

  it.each([
    ["seconds", () => "77", 77, 77],
    ["a date", () => new Date(Date.now() + 90_000).toISOString(), 60, 91],
    ["nothing", () => undefined, 60, 60],
  ])("a rate limit that says %s is passed on in seconds", async (_, header, least, most) => {
    const retryAfter = header();
    await failZoom({
      match: run.meetingId,
      status: 429,
      times: 1,
      ...(retryAfter === undefined ? {} : { retryAfter }),
    });
    const response = await ask(teacher);
    expect(response.status).toBe(429);
    expect(await bodyOf(response)).toMatchObject({ code: "recording_busy" });
    const wait = Number(response.headers.get("retry-after"));
    expect(wait).toBeGreaterThanOrEqual(least);
    expect(wait).toBeLessThanOrEqual(most);
  });

  it.each([
    ["over Meet", "google_meet", () => `spaces/${run.meetingId}`],
    ["without a meeting", "zoom", () => null],
  ])("a class %s is not controlled from here", async (_, provider, meetingId) => {
    const [row] = await sql<{ id: string }>(
      `insert into public.live_classes (host_id, title, provider, meeting_id, scheduled_start, duration_minutes)
       values ($1, 'Another', $2, $3, now(), 60) returning id`,
      [teacher.id, provider, meetingId()],
    );
    const response = await ask(teacher, "start", row?.id);
    expect(response.status).toBe(409);
    expect(await bodyOf(response)).toMatchObject({ code: "recording_not_controllable" });
  });

  it("changes no row by itself", async () => {
    await mendZoom(run.meetingId);
    await ask(teacher);
    const row = await sqlOne("select recording_status from public.live_classes where id = $1", [
      classId,
    ]);
    expect(row).toEqual({ recording_status: "not_started" });
  });
});

import { randomBytes } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { ZoomRun } from "../../../../tools/simulate/zoom.ts";
import { sql } from "../../support/database.ts";
import { callFunction } from "../../support/functions.ts";
import { tablesWith } from "../../support/stored.ts";
import { createUser, type TestUser } from "../../support/users.ts";
import { newMeetingId, scheduleClass, tellZoom } from "../../support/zoom.ts";
import { askedOfZoom, failZoom, mendZoom, teachZoom } from "../../support/zoom-cloud.ts";

const start = new Date(Math.floor(Date.now() / 1_000) * 1_000 - 3 * 3_600_000);
const at = (minutes: number) => new Date(start.getTime() + minutes * 60_000);
const SECRETS = ["secret-token-one", "secret-token-two", "secret-passcode", "zoom.example/rec"];

let teacher: TestUser;
let student: TestUser;
let classId: string;
let run: ZoomRun;
let fileIds: [string, string];

/** `recording.completed` as Zoom sends it, with the tokens that nobody keeps. */
function completed(token: string, minutes: number) {
  const told = run.ended(at(minutes));
  const files = fileIds.map((id, i) => ({
    id,
    meeting_id: run.uuid,
    file_type: i === 0 ? "MP4" : "M4A",
    file_size: 1_000 + i,
    recording_type: i === 0 ? "shared_screen_with_speaker_view" : "audio_only",
    recording_start: at(0).toISOString(),
    recording_end: at(60).toISOString(),
    play_url: `https://zoom.example/rec/play/${id}?t=${token}`,
    download_url: `https://zoom.example/rec/webhook_download/${id}/${token}`,
    status: "completed",
  }));
  return {
    ...told,
    event: "recording.completed",
    download_token: token,
    payload: {
      ...told.payload,
      object: {
        ...told.payload.object,
        share_url: `https://zoom.example/rec/share/${token}`,
        password: "secret-passcode",
        recording_play_passcode: "secret-passcode",
        recording_files: files,
      },
    },
  };
}

beforeAll(async () => {
  teacher = await createUser("teacher");
  student = await createUser();
  // A uuid that has to be encoded twice in a path.
  run = Object.assign(new ZoomRun(newMeetingId(), start), {
    uuid: `/${randomBytes(12).toString("hex")}//Q==`,
  });
  fileIds = [randomBytes(8).toString("hex"), randomBytes(8).toString("hex")];
  classId = await scheduleClass(teacher, [student], run.meetingId, start);
  await teachZoom({
    recordings: [
      {
        uuid: run.uuid,
        files: fileIds.map((id) => ({
          id,
          download_url: `https://school.zoom.us/rec/download/${id}`,
        })),
      },
    ],
  });
  for (const event of [run.started(), run.ended(at(60)), completed("secret-token-one", 62)]) {
    expect(await tellZoom(event)).toBe("applied");
  }
});

const read = (user: TestUser | undefined, id = classId) =>
  callFunction(`class-recordings?class_id=${id}`, user ? { user } : {});
interface Answer {
  recordings: { id: string; file_type: string; url: string | null; expires_at: string | null }[];
}
const recordingsOf = async (response: Response): Promise<Answer["recordings"]> => {
  expect(response.status).toBe(200);
  const answer: Answer = await response.json();
  return answer.recordings;
};

it("two recording.completed that differ only in their tokens are one set of files", async () => {
  expect(["applied", "duplicate"]).toContain(await tellZoom(completed("secret-token-two", 63)));
  const rows = await sql(
    "select file_type, state, size_bytes::integer from public.class_recordings where live_class_id = $1 order by file_type",
    [classId],
  );
  expect(rows).toEqual([
    { file_type: "M4A", state: "available", size_bytes: 1_001 },
    { file_type: "MP4", state: "available", size_bytes: 1_000 },
  ]);
});

it("host, admin and the enrolled get links that end within minutes", async () => {
  for (const user of [teacher, student, await createUser("admin")]) {
    const recordings = await recordingsOf(await read(user));
    expect(recordings).toHaveLength(2);
    for (const { url, expires_at } of recordings) {
      expect(url).toMatch(
        /^https:\/\/school\.zoom\.us\/rec\/download\/\w+\?access_token=zoom-download-/,
      );
      const lasts = Date.parse(expires_at ?? "") - Date.now();
      expect(lasts).toBeGreaterThan(0);
      expect(lasts).toBeLessThanOrEqual(600_000);
    }
  }
  const asked = await askedOfZoom(`/v2/meetings/${run.uuid}/recordings`);
  expect(asked.length).toBeGreaterThan(0);
  for (const { line } of asked) expect(line).toContain("ttl=600");
});

it("is no class to anybody else", async () => {
  for (const user of [await createUser(), await createUser("teacher"), await createUser("agent")]) {
    const response = await read(user);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: "class_not_found" });
    const rows = await user.client
      .from("class_recordings")
      .select("id")
      .eq("live_class_id", classId);
    expect(rows.data).toEqual([]);
  }
  expect((await read(undefined)).status).toBe(401);
  expect((await read(teacher, "1")).status).toBe(422);
});

it("Zoom away or busy is a 503 that says when to come again", async () => {
  await failZoom({ match: run.uuid, status: 503 });
  const down = await read(student);
  expect(down.status).toBe(503);
  expect(down.headers.get("retry-after")).toBe("30");
  expect(await down.json()).toMatchObject({ code: "meeting_provider_unavailable" });
  await mendZoom(run.uuid);

  await failZoom({ match: run.uuid, status: 429, retryAfter: "120", times: 1 });
  const busy = await read(student);
  expect(busy.status).toBe(503);
  expect(busy.headers.get("retry-after")).toBe("120");
  expect(await recordingsOf(await read(student))).toHaveLength(2);
});

it("a file that Zoom has no link for is listed without one", async () => {
  await failZoom({ match: run.uuid, status: 404, code: 3301, times: 1 });
  expect(await recordingsOf(await read(student))).toEqual([
    expect.objectContaining({ url: null, expires_at: null }),
    expect.objectContaining({ url: null, expires_at: null }),
  ]);
});

it.each([
  ["no token to fetch them with", { uuid: "", has_token: false }],
  ["no address", { uuid: "", files: [] }],
])("Zoom gives %s: files without links", async (_, recording) => {
  const files = fileIds.map((id) => ({ id, download_url: `https://zoom.us/rec/${id}` }));
  await teachZoom({ recordings: [{ files, ...recording, uuid: run.uuid }] });
  expect((await recordingsOf(await read(student))).map(({ url }) => url)).toEqual([null, null]);
  await teachZoom({ recordings: [{ files, uuid: run.uuid }] });
  expect((await recordingsOf(await read(student))).map(({ url }) => url)).not.toContain(null);
});

it.each(["https://zoom.us.example/rec/1", "http://zoom.us/rec/1", "https://ann@zoom.us/rec/1"])(
  "%s is no address of Zoom's, so nobody is sent there",
  async (download_url) => {
    const files = fileIds.map((id) => ({ id, download_url: `https://zoom.us/rec/${id}` }));
    await teachZoom({
      recordings: [{ uuid: run.uuid, files: files.map((file) => ({ ...file, download_url })) }],
    });
    expect((await recordingsOf(await read(student))).map(({ url }) => url)).toEqual([null, null]);
    await teachZoom({ recordings: [{ files, uuid: run.uuid }] });
  },
);

it.each([
  ["a refusal with 200", { status: 200, code: 200 }],
  ["a missing scope", { status: 400, code: 4711 }],
  ["a sign-in page with 200", { status: 200, body: "<html>Sign in</html>" }],
])("%s is a 503 and no list without links", async (_, failure) => {
  await failZoom({ match: run.uuid, times: 1, ...failure });
  const response = await read(student);
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ code: "meeting_provider_unavailable" });
});

it("what was trashed has no link and no row for the student", async () => {
  const told = completed("secret-token-two", 90);
  const [kept] = told.payload.object.recording_files.slice(1);
  const trashed = {
    ...told,
    event: "recording.trashed",
    payload: { ...told.payload, object: { ...told.payload.object, recording_files: [kept] } },
  };
  expect(await tellZoom(trashed)).toBe("applied");
  const recordings = await recordingsOf(await read(student));
  expect(recordings.map(({ file_type }) => file_type)).toEqual(["MP4"]);
  const rows = await student.client
    .from("class_recordings")
    .select("file_type")
    .eq("live_class_id", classId);
  expect(rows.data).toEqual([{ file_type: "MP4" }]);
});

it("no link, passcode or token is stored anywhere", async () => {
  const handed = ["zoom-download-", "zoom-access-"];
  expect(await tablesWith([...SECRETS, ...handed], run.meetingId)).toEqual([]);
  expect(await tablesWith([...SECRETS.slice(0, 3), ...handed])).toEqual([]);
  // What is looked for would be found.
  expect(await tablesWith([fileIds[0]])).toContain("public.class_recordings");
});

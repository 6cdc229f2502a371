import { randomBytes } from "node:crypto";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createUser } from "../../supabase/tests/support/users.ts";
import { newMeetingId, scheduleClass, tellZoom } from "../../supabase/tests/support/zoom.ts";
import { teachZoom } from "../../supabase/tests/support/zoom-cloud.ts";
import { ZoomRun } from "../../tools/simulate/zoom.ts";
import { launch, open, visit } from "./support/browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

/** Two seconds of silence, as a file that every browser plays. */
function silence(): Buffer {
  const samples = 16_000;
  const file = Buffer.alloc(44 + samples, 128);
  file.write("RIFF");
  file.writeUInt32LE(36 + samples, 4);
  file.write("WAVEfmt ", 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(8_000, 24);
  file.writeUInt32LE(8_000, 28);
  file.writeUInt16LE(1, 32);
  file.writeUInt16LE(8, 34);
  file.write("data", 36);
  file.writeUInt32LE(samples, 40);
  return file;
}

test("a student of the class plays its recording, and anybody else reads that it is not theirs", async () => {
  const [teacher, student, stranger] = await Promise.all([
    createUser("teacher"),
    createUser(),
    createUser(),
  ]);
  const start = new Date(Math.floor(Date.now() / 1000) * 1000 - 3 * 3_600_000);
  const run = new ZoomRun(newMeetingId(), start);
  const classId = await scheduleClass(teacher, [student], run.meetingId, start);
  const fileId = randomBytes(8).toString("hex");
  const address = `https://school.zoom.us/rec/download/${fileId}`;
  await teachZoom({
    recordings: [{ uuid: run.uuid, files: [{ id: fileId, download_url: address }] }],
  });
  const ended = run.ended(new Date(start.getTime() + 3_600_000));
  const file = {
    id: fileId,
    meeting_id: run.uuid,
    file_type: "M4A",
    file_size: 16_044,
    recording_type: "audio_only",
    recording_start: start.toISOString(),
    recording_end: new Date(start.getTime() + 3_600_000).toISOString(),
    status: "completed",
  };
  const object = { ...ended.payload.object, recording_files: [file] };
  const recorded = {
    ...ended,
    event: "recording.completed",
    payload: { ...ended.payload, object },
  };
  for (const event of [run.started(), ended, recorded]) {
    expect(await tellZoom(event)).toBe("applied");
  }

  const { context, page, complaints } = await visit(browser, { as: student });
  const asked: string[] = [];
  await context.route(`${address}**`, (route) => {
    asked.push(new URL(route.request().url()).searchParams.get("access_token") ?? "");
    return route.fulfill({ contentType: "audio/wav", body: silence() });
  });
  await open(page, `/classes/${classId}`, "Algebra");
  expect(asked).toEqual([]);
  await page.getByRole("button", { name: "Play Audio only" }).click();
  const player = page.locator("audio");
  await player.evaluate(
    (audio: HTMLAudioElement) =>
      audio.ended || new Promise((resolve) => audio.addEventListener("ended", resolve)),
  );
  expect(await player.evaluate((audio: HTMLAudioElement) => audio.currentTime)).toBeCloseTo(2, 1);
  expect(asked[0]).toMatch(/^zoom-download-/);
  expect(complaints).toEqual([]);
  await context.close();

  const other = await visit(browser, { as: stranger });
  const refused: string[] = [];
  other.page.on("request", (request) => refused.push(new URL(request.url()).pathname));
  await other.page.goto(`/classes/${classId}`);
  await other.page.getByRole("alert").getByText("This is not here").waitFor();
  await other.page.getByText("you are not among those who may see it").waitFor();
  expect(refused.filter((path) => path.includes("class-recordings"))).toEqual([]);
  await other.context.close();
});

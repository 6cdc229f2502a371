import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Stack, startStack } from "../../../local/stack.ts";
import { deliverZoom } from "../../../tools/simulate/deliver-zoom.ts";
import { schedule } from "../../../tools/simulate/lesson.ts";
import { createStage } from "../../../tools/simulate/stage.ts";
import { ZoomRun } from "../../../tools/simulate/zoom.ts";

// A stack of its own, which nobody has told how to reach Zoom.
const data = mkdtempSync(join(tmpdir(), "switchboard-unconfigured-"));
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ data, port: 0, seed: false, scheduler: false, durable: false });
});
afterAll(async () => {
  await stack.stop();
  rmSync(data, { recursive: true, force: true });
});

it("without Zoom's credentials a recording is not started: 503, to be tried again, and the log names what is missing", async () => {
  const stage = createStage(stack);
  const teacher = await stage.person("Clara Nystrom", "teacher");
  const run = new ZoomRun("86123123123", new Date());
  const classId = await schedule(teacher, [], {
    provider: "zoom",
    meetingId: run.meetingId,
    start: run.startedAt,
  });
  await deliverZoom(stage, run.started());

  const { response } = await teacher.client.functions.invoke("zoom-recording", {
    body: { class_id: classId, action: "start" },
  });
  expect(response?.status).toBe(503);
  expect(response?.headers.get("retry-after")).toBe("30");
  expect(await response?.json()).toEqual({
    code: "meeting_provider_unavailable",
    message: expect.any(String),
    request_id: expect.any(String),
  });
  expect(readFileSync(join(stack.logs, "functions.log"), "utf8")).toMatch(/"reason":"[^"]*ZOOM_/);
});

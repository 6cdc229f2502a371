import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Stack, startStack } from "../../../local/stack.ts";
import { deliverZoom } from "../../../tools/simulate/deliver-zoom.ts";
import { schedule } from "../../../tools/simulate/lesson.ts";
import type { Person, Stage } from "../../../tools/simulate/scene.ts";
import { createStage } from "../../../tools/simulate/stage.ts";
import { ZoomRun } from "../../../tools/simulate/zoom.ts";

/** A stack of its own, which lacks what these variables say. */
async function startLacking(functionsEnv: Record<string, string>) {
  const data = mkdtempSync(join(tmpdir(), "switchboard-unconfigured-"));
  const own = { data, port: 0, seed: false, scheduler: false, durable: false, functionsEnv };
  const stack = await startStack(own);
  const stop = async () => {
    await stack.stop();
    rmSync(data, { recursive: true, force: true });
  };
  return { stack, stop };
}

async function sql<Row extends pg.QueryResultRow>(
  { db_url }: Stack,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: db_url });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** A refusal that time and an operator may mend. */
async function expectUnavailable(response: Response | undefined, code: string) {
  expect(response?.status).toBe(503);
  expect(Number(response?.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await response?.json()).toEqual({
    code,
    message: expect.any(String),
    request_id: expect.any(String),
  });
}

const number = {
  provider: "twilio",
  phone_number: "+14155550123",
  twilio_account_sid: `AC${"0".repeat(32)}`,
  twilio_auth_token: "a-token",
};

describe("nobody has told how to reach VAPI, Zoom or Google", () => {
  let stack: Stack;
  let stop: () => Promise<void>;
  let stage: Stage;
  let teacher: Person;
  let classId: string;
  const logged = () => readFileSync(join(stack.logs, "functions.log"), "utf8");

  beforeAll(async () => {
    ({ stack, stop } = await startLacking({}));
    stage = createStage(stack);
    teacher = await stage.person("Clara Nystrom", "teacher");
    const run = new ZoomRun("86123123123", new Date());
    const meeting = { provider: "zoom", meetingId: run.meetingId, start: run.startedAt } as const;
    classId = await schedule(teacher, [], meeting);
    await deliverZoom(stage, run.opened(teacher));
  });
  afterAll(() => stop());

  const asked: Record<string, () => Promise<void>> = {
    analytics: async () => {
      const [call] = await sql<{ id: string }>(
        stack,
        `insert into public.call_logs (user_id, vapi_call_id, status, outcome, recording_url)
         values ($1, 'unconfigured', 'ended', 'completed', 'https://recordings.example/a.wav') returning id`,
        [teacher.id],
      );
      const { response } = await teacher.client.functions.invoke(
        `analytics/calls/${call?.id}/recording`,
        { method: "GET" },
      );
      await expectUnavailable(response, "voice_provider_unavailable");
      expect(logged()).toMatch(/"reason":"[^"]*VAPI_API_KEY/);
    },
    "phone-numbers": async () => {
      for (const body of [number, { provider: "vapi", area_code: "415" }]) {
        const { response } = await teacher.client.functions.invoke("phone-numbers", { body });
        await expectUnavailable(response, "voice_provider_unavailable");
      }
      expect((await teacher.client.from("phone_numbers").select("id")).data).toEqual([]);
    },
    "zoom-recording": async () => {
      const body = { class_id: classId, action: "start" };
      const { response } = await teacher.client.functions.invoke("zoom-recording", { body });
      await expectUnavailable(response, "meeting_provider_unavailable");
      expect(logged()).toMatch(/"reason":"[^"]*ZOOM_/);
    },
    "class-recordings": async () => {
      await sql(
        stack,
        `insert into public.class_recordings (instance_id, live_class_id, file_key, state, told_state, told_at)
         select id, live_class_id, 'a-file', 'available', 'available', now()
         from public.meeting_instances where live_class_id = $1`,
        [classId],
      );
      const { response } = await teacher.client.functions.invoke(
        `class-recordings?class_id=${classId}`,
        { method: "GET" },
      );
      await expectUnavailable(response, "meeting_provider_unavailable");
    },
    "google-meet-webhook": async () => {
      const response = await fetch(`${stack.url}/functions/v1/google-meet-webhook`, {
        method: "POST",
        body: "{}",
      });
      await expectUnavailable(response, "webhook_not_configured");
    },
    maintenance: async () => {
      await sql(
        stack,
        `select private.enqueue_task(kind, 'waits') from unnest(array['sync_assistant', 'reconcile_zoom_meeting', 'sync_google_meet_subscription']) kind`,
      );
      const { data, error } = await stage.service.functions.invoke("maintenance", { body: {} });
      expect({ data, error }).toMatchObject({
        data: { tasks: { retry: 0, dead: 0 } },
        error: null,
      });
      const waiting = await sql(
        stack,
        "select kind from public.tasks where resource_id = 'waits' and attempts = 0 and dead_at is null",
      );
      expect(waiting).toHaveLength(3);
    },
  };
  /** What asks nobody outside. */
  const inside = [
    "attachment-upload",
    "calendar",
    "class-attendance",
    "email-unsubscribe",
    "email-webhook",
    "survey-link",
    "ticket-reply",
    "ticket-survey",
    "user-limits",
    "vapi-webhook",
    "zoom-webhook",
  ];

  it.each(Object.keys(asked))("%s", (name) => asked[name]?.());

  it.each(inside)("%s answers as ever", async (name) => {
    const { response } = await teacher.client.functions.invoke(name, { method: "GET" });
    expect(response?.status).toBeLessThan(500);
  });

  it("no function is left out", () => {
    const functions = readdirSync(new URL("../../functions", import.meta.url));
    expect([...Object.keys(asked), ...inside].sort()).toEqual(functions.sort());
  });
});

describe("half of it is told", () => {
  let stack: Stack;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const lacking = {
      RESEND_WEBHOOK_SECRETS: "",
      VAPI_WEBHOOK_SECRETS: "",
      ZOOM_WEBHOOK_SECRETS: "",
    };
    ({ stack, stop } = await startLacking({ ...lacking, VAPI_API_KEY: "a-key" }));
  });
  afterAll(() => stop());

  it.each(["email-webhook", "vapi-webhook", "zoom-webhook"])("%s knows no secret", async (name) => {
    const body = JSON.stringify({ message: { type: "hang" } });
    const answer = fetch(`${stack.url}/functions/v1/${name}`, { method: "POST", body });
    await expectUnavailable(await answer, "webhook_not_configured");
  });

  it("a number is not begun that could not be connected", async () => {
    const { client } = await createStage(stack).person("Gus Half");
    const { response } = await client.functions.invoke("phone-numbers", { body: number });
    await expectUnavailable(response, "voice_provider_unavailable");
    expect((await client.from("phone_numbers").select("id")).data).toEqual([]);
  });
});

import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sql, sqlOne } from "../../support/database.ts";
import { testStack } from "../../support/resources.ts";
import { createUser, type TestUser } from "../../support/users.ts";
import { atVapi, failVapi, placeAtVapi } from "../../support/vapi-cloud.ts";
import { taskOf, workOnTasks } from "../../support/work.ts";

interface Row {
  id: string;
  vapi_assistant_id: string | null;
  provisioning: string;
  provisioning_error: string | null;
}

async function createAssistant(
  user: TestUser,
  fields: { name?: string; configuration?: object } = {},
) {
  const { data, error } = await user.client
    .from("assistants")
    .insert({
      name: fields.name ?? `A ${randomUUID()}`,
      ...(fields.configuration
        ? { configuration: JSON.parse(JSON.stringify(fields.configuration)) }
        : {}),
    })
    .select("id, name")
    .single();
  if (error) throw error;
  return data;
}
const stored = (id: string) => sqlOne<Row>("select * from public.assistants where id = $1", [id]);
const sync = (id: string) => workOnTasks("sync_assistant", id);

it("a new assistant is created at VAPI with our server, messages, tag and defaults", async () => {
  const { id, name } = await createAssistant(await createUser());
  await sync(id);
  const row = await stored(id);
  expect(row).toMatchObject({ provisioning: "ready", provisioning_error: null });
  const { url } = testStack();
  expect(await atVapi("assistants", id)).toMatchObject([
    {
      id: row.vapi_assistant_id,
      name: name.slice(0, 40),
      maxDurationSeconds: 600,
      serverMessages: ["status-update", "end-of-call-report"],
      metadata: { switchboard: url, assistant_id: id },
      server: {
        url: `${url}/functions/v1/vapi-webhook`,
        credentialId: expect.any(String),
        backoffPlan: { maxRetries: expect.any(Number) },
      },
    },
  ]);
});

it("an edit reaches VAPI, and what was taken out of the configuration is gone there", async () => {
  const user = await createUser();
  const { id } = await createAssistant(user, {
    configuration: { first_message: "Good day!", temperature: 0.2, max_duration_seconds: 120 },
  });
  await sync(id);
  const { error } = await user.client
    .from("assistants")
    .update({
      name: "Ünïcode 😀 name that is much longer than forty characters",
      configuration: {},
    })
    .eq("id", id);
  expect(error).toBeNull();
  expect(await stored(id)).toMatchObject({ provisioning: "pending" });
  await sync(id);
  expect(await stored(id)).toMatchObject({ provisioning: "ready" });
  const [assistant, ...others] = await atVapi("assistants", id);
  expect(others).toEqual([]);
  expect(assistant).toMatchObject({ firstMessage: "", maxDurationSeconds: 600 });
  expect(assistant?.model).not.toHaveProperty("temperature");
  expect(String(assistant?.name).length).toBeLessThanOrEqual(40);
});

it("everything that a configuration may say arrives", async () => {
  const { id } = await createAssistant(await createUser(), {
    configuration: {
      first_message: "Hello!",
      system_prompt: "Be brief.",
      language: "de",
      voice: "Savannah",
      model: "gpt-4.1-mini",
      temperature: 0.4,
      max_duration_seconds: 300,
      questions: ["What is it about?", { key: "age", question: "How old?", type: "number" }],
      evaluation: "NumericScale",
    },
  });
  await sync(id);
  expect(await atVapi("assistants", id)).toMatchObject([
    {
      firstMessage: "Hello!",
      model: { provider: "openai", model: "gpt-4.1-mini", temperature: 0.4 },
      voice: { provider: "vapi", voiceId: "Savannah" },
      transcriber: { language: "de" },
      maxDurationSeconds: 300,
      analysisPlan: {
        structuredDataPlan: {
          schema: {
            properties: {
              question_1: { type: "string", description: "What is it about?" },
              age: { type: "number", description: "How old?" },
            },
          },
        },
        successEvaluationPlan: { rubric: "NumericScale" },
      },
    },
  ]);
});

describe("after a creation whose outcome is unknown", () => {
  it.each([
    ["it did and answered 500", "after"],
    ["it did and never answered", "hang_after"],
    ["it refused with 503", "refuse"],
  ])("%s: there is exactly one in the end", async (_, mode) => {
    const { id } = await createAssistant(await createUser());
    await failVapi({ includes: id, method: "POST", mode, status: 503 });
    await sync(id);
    expect(await stored(id)).toMatchObject({ provisioning: "pending", vapi_assistant_id: null });
    expect(await taskOf("sync_assistant", id)).toMatchObject({ state: "open" });
    await sync(id);
    const row = await stored(id);
    expect(row.provisioning).toBe("ready");
    expect(await atVapi("assistants", id)).toMatchObject([{ id: row.vapi_assistant_id }]);
  });

  it("an edit in between does not make it two", async () => {
    const user = await createUser();
    const { id } = await createAssistant(user);
    await failVapi({ includes: id, method: "POST", mode: "after", status: 500 });
    await sync(id);
    await user.client.from("assistants").update({ name: "Second name" }).eq("id", id);
    await sync(id);
    expect(await atVapi("assistants", id)).toMatchObject([{ name: "Second name" }]);
  });

  it("an assistant that was deleted in between does not stay at VAPI", async () => {
    const user = await createUser();
    const { id } = await createAssistant(user);
    await failVapi({ includes: id, method: "POST", mode: "slow", milliseconds: 800 });
    const working = sync(id);
    await expect
      .poll(async () => (await atVapi("requests", id)).length, { timeout: 20_000 })
      .toBeGreaterThan(0);
    await user.client.from("assistants").delete().eq("id", id);
    await working;
    const [left] = await atVapi("assistants", id);
    if (left) await workOnTasks("delete_vapi_assistant", String(left.id));
    expect(await atVapi("assistants", id)).toEqual([]);
  });
});

describe("what VAPI answers to a creation", () => {
  it.each([
    [["voice.voiceId is not valid"], "configuration_refused: voice.voiceId is not valid"],
    ["server.url is not valid", "configuration_refused"],
  ])("400 %j shows to the owner and ends the task", async (message, shown) => {
    const { id } = await createAssistant(await createUser());
    await failVapi({ includes: id, status: 400, body: { message, statusCode: 400 } });
    await sync(id);
    expect(await stored(id)).toMatchObject({ provisioning: "failed", provisioning_error: shown });
    expect(await taskOf("sync_assistant", id)).toMatchObject({ state: "dead" });
  });

  it("402 shows, and is tried again", async () => {
    const { id } = await createAssistant(await createUser());
    await failVapi({ includes: id, status: 402 });
    await sync(id);
    expect(await stored(id)).toMatchObject({
      provisioning: "failed",
      provisioning_error: "provider_credits_exhausted",
    });
    await sync(id);
    expect(await stored(id)).toMatchObject({ provisioning: "ready", provisioning_error: null });
  });

  it.each([401, 403, 409, 429, 500, 503])("%i is tried again", async (status) => {
    const { id } = await createAssistant(await createUser());
    await failVapi({ includes: id, status });
    await sync(id);
    expect(await stored(id)).toMatchObject({ provisioning: "pending" });
    expect(await taskOf("sync_assistant", id)).toMatchObject({
      state: "open",
      attempts: 1,
      last_error: `vapi_${status}`,
    });
    await sync(id);
    expect(await stored(id)).toMatchObject({ provisioning: "ready" });
  });

  it("429 is tried again when VAPI says", async () => {
    const { id } = await createAssistant(await createUser());
    await failVapi({ includes: id, status: 429, headers: { "retry-after": "1234" } });
    await sync(id);
    const { waits_seconds } = (await taskOf("sync_assistant", id)) ?? { waits_seconds: 0 };
    expect(waits_seconds).toBeGreaterThan(1200);
    expect(waits_seconds).toBeLessThanOrEqual(1234);
  });

  it("a refused edit leaves the version before in use, and the next edit mends it", async () => {
    const user = await createUser();
    const { id } = await createAssistant(user);
    await sync(id);
    const { vapi_assistant_id } = await stored(id);
    await failVapi({ includes: String(vapi_assistant_id), method: "PATCH", status: 400 });
    await user.client.from("assistants").update({ name: "Refused" }).eq("id", id);
    await sync(id);
    expect(await stored(id)).toMatchObject({ provisioning: "failed", vapi_assistant_id });
    await user.client.from("assistants").update({ name: "Taken" }).eq("id", id);
    await sync(id);
    expect(await stored(id)).toMatchObject({ provisioning: "ready", vapi_assistant_id });
  });
});

it("an assistant that VAPI has lost is created again, and calls of the old one stay attributed", async () => {
  const user = await createUser();
  const { id } = await createAssistant(user);
  await sync(id);
  const before = await stored(id);
  await failVapi({ includes: String(before.vapi_assistant_id), method: "PATCH", status: 404 });
  await user.client.from("assistants").update({ name: "Anew" }).eq("id", id);
  await placeAtVapi("assistants", { id: before.vapi_assistant_id, metadata: {} });
  await sync(id);
  const after = await stored(id);
  expect(after.provisioning).toBe("ready");
  expect(after.vapi_assistant_id).not.toBe(before.vapi_assistant_id);
  const known = await sql(
    "select vapi_assistant_id from private.vapi_assistants where assistant_id = $1 and user_id = $2",
    [id, user.id],
  );
  expect(known).toHaveLength(2);
});

describe("deleting", () => {
  async function deleted() {
    const user = await createUser();
    const { id } = await createAssistant(user);
    await sync(id);
    const { vapi_assistant_id } = await stored(id);
    await user.client.from("assistants").delete().eq("id", id);
    return String(vapi_assistant_id);
  }
  const work = (vapiId: string) => workOnTasks("delete_vapi_assistant", vapiId);

  it("reaches VAPI", async () => {
    const vapiId = await deleted();
    await work(vapiId);
    expect(await atVapi("assistants", vapiId)).toEqual([]);
    expect(await taskOf("delete_vapi_assistant", vapiId)).toMatchObject({ state: "done" });
  });

  it("of what is not there any more is done", async () => {
    const vapiId = await deleted();
    await failVapi({ includes: vapiId, method: "DELETE", status: 404 });
    await work(vapiId);
    expect(await taskOf("delete_vapi_assistant", vapiId)).toMatchObject({ state: "done" });
  });

  it.each([409, 429, 500])("is tried again after %i", async (status) => {
    const vapiId = await deleted();
    const body = status === 409 ? { error: "assistant_pinned", message: "Pinned." } : {};
    await failVapi({ includes: vapiId, method: "DELETE", status, body });
    await work(vapiId);
    expect(await taskOf("delete_vapi_assistant", vapiId)).toMatchObject({ state: "open" });
    await work(vapiId);
    expect(await taskOf("delete_vapi_assistant", vapiId)).toMatchObject({ state: "done" });
  });

  it("of a user in the dashboard leaves no assistant at VAPI", async () => {
    const user = await createUser();
    const { id } = await createAssistant(user);
    await sync(id);
    const { vapi_assistant_id } = await stored(id);
    await sql("delete from auth.users where id = $1", [user.id]);
    await work(String(vapi_assistant_id));
    expect(await atVapi("assistants", id)).toEqual([]);
  });
});

import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { assistantBody } from "../../../../shared/voice/vapi/assistant-body.ts";
import { AssistantConfiguration } from "../../../../shared/voice/vapi/configuration.ts";
import { database } from "../../support/database.ts";
import { createUser } from "../../support/users.ts";
import { atVapi } from "../../support/vapi-cloud.ts";
import { workOnTasks } from "../../support/work.ts";

const evil = "https://evil.example/hook";

/** Every field of VAPI's that could escape metering, spending or isolation. */
const smuggled: [string, object][] = [
  ["server", { server: { url: evil } }],
  ["serverUrl", { serverUrl: evil }],
  ["serverUrlSecret", { serverUrlSecret: "evil" }],
  ["serverMessages", { serverMessages: ["hang"] }],
  ["clientMessages", { clientMessages: ["evil"] }],
  ["credentials", { credentials: [{ provider: "openai", apiKey: "evil" }] }],
  ["credentialIds", { credentialIds: ["evil"] }],
  ["credentialId", { credentialId: "evil" }],
  ["tools", { tools: [{ type: "transferCall", server: { url: evil } }] }],
  ["toolIds", { toolIds: ["evil"] }],
  ["toolRefs", { toolRefs: [{ toolId: "evil" }] }],
  ["tools:append", { "tools:append": [{ type: "evil" }] }],
  ["hooks", { hooks: [{ on: "call.ending", do: [{ type: "evil" }] }] }],
  ["transportConfigurations", { transportConfigurations: [{ provider: "twilio", evil: true }] }],
  ["transport", { transport: { evil: true } }],
  ["metadata", { metadata: { assistant_id: "evil" } }],
  ["monitorPlan", { monitorPlan: { evil: true } }],
  ["observabilityPlan", { observabilityPlan: { evil: true } }],
  ["artifactPlan", { artifactPlan: { recordingPath: "evil" } }],
  ["compliancePlan", { compliancePlan: { hipaaEnabled: "evil" } }],
  ["analysisPlan", { analysisPlan: { outcomeIds: ["evil"] } }],
  ["structuredOutputIds", { structuredOutputIds: ["evil"] }],
  ["scorecardIds", { scorecardIds: ["evil"] }],
  ["fallbackDestination", { fallbackDestination: { number: "evil" } }],
  ["squadId", { squadId: "evil" }],
  ["workflowId", { workflowId: "evil" }],
  ["knowledgeBase", { knowledgeBase: { server: { url: evil } } }],
  ["fallbackModels", { fallbackModels: ["evil"] }],
  ["fallbackPlan", { fallbackPlan: { evil: true } }],
  ["maxDurationSeconds", { maxDurationSeconds: 43_200, evil: true }],
  ["silenceTimeoutSeconds", { silenceTimeoutSeconds: 3600, evil: true }],
  ["endCallPhrases", { endCallPhrases: ["evil"] }],
  ["endCallMessage", { endCallMessage: "evil" }],
  ["backgroundSound", { backgroundSound: evil }],
  ["firstMessage", { firstMessage: evil }],
  ["first_message as an address", { first_message: evil }],
  ["model as an object", { model: { provider: "custom-llm", url: evil } }],
  ["model of another provider", { model: "custom-llm:evil" }],
  ["voice as an object", { voice: { provider: "custom-voice", server: { url: evil } } }],
  ["voice with a fallback", { voice: { voiceId: "Elliot", fallbackPlan: "evil" } }],
  ["transcriber", { transcriber: { provider: "custom-transcriber", server: { url: evil } } }],
  ["questions with a server", { questions: [{ key: "a", question: "b", server: { url: evil } }] }],
  ["a rubric of one's own", { evaluation: "evil" }],
  ["__proto__", JSON.parse('{"__proto__": {"server": {"url": "https://evil.example"}}}')],
  ["constructor", { constructor: { server: evil } }],
];

describe("by REST, as the owner", () => {
  it("no field is taken: 422, and no assistant", async () => {
    const user = await createUser();
    const taken: string[] = [];
    for (const [name, fields] of smuggled) {
      const configuration = JSON.parse(JSON.stringify(fields));
      const { error, status } = await user.client
        .from("assistants")
        .insert({ name, configuration });
      if (status !== 422 || error?.hint !== "invalid_configuration")
        taken.push(`${name}: ${status}`);
    }
    expect(taken).toEqual([]);
    const { data } = await user.client.from("assistants").select("id");
    expect(data).toEqual([]);
  });
});

describe("past the database's check", () => {
  beforeEach(() => {
    vi.stubEnv("SWITCHBOARD_PUBLIC_URL", "https://project.example");
    vi.stubEnv("VAPI_CREDENTIAL_ID", "the-credential");
    return () => vi.unstubAllEnvs();
  });

  it.each(smuggled)("%s is not in the body", (_, fields) => {
    const parsed = AssistantConfiguration.safeParse(fields);
    if (!parsed.success) return;
    const body = assistantBody({ id: randomUUID(), name: "A", configuration: parsed.data });
    // Which values these may have is for the database alone to say.
    const allowed = [
      "first_message as an address",
      "model of another provider",
      "a rubric of one's own",
    ];
    if (!allowed.includes(_)) expect(JSON.stringify(body)).not.toContain("evil");
    expect(body).toMatchObject({
      server: {
        url: "https://project.example/functions/v1/vapi-webhook",
        credentialId: "the-credential",
      },
      serverMessages: ["status-update", "end-of-call-report"],
    });
    expect(Object.keys(body)).toEqual([
      "name",
      "firstMessage",
      "firstMessageMode",
      "model",
      "voice",
      "transcriber",
      "backgroundSound",
      "maxDurationSeconds",
      "analysisPlan",
      "server",
      "serverMessages",
      "metadata",
    ]);
  });

  it("what is written with the check switched off does not reach VAPI either", async () => {
    const user = await createUser();
    const id = randomUUID();
    const all = Object.assign({}, ...smuggled.slice(0, 35).map(([, fields]) => fields));
    const client = await database().connect();
    try {
      await client.query("begin");
      await client.query("alter table public.assistants disable trigger assistants_guard");
      await client.query(
        "insert into public.assistants (id, user_id, name, configuration) values ($1, $2, 'Smuggler', $3)",
        [id, user.id, JSON.stringify(all)],
      );
      await client.query("alter table public.assistants enable trigger assistants_guard");
      await client.query("commit");
    } finally {
      client.release();
    }
    await workOnTasks("sync_assistant", id);
    const arrived = await atVapi("assistants", id);
    expect(arrived).toHaveLength(1);
    expect(JSON.stringify(arrived)).not.toContain("evil");
    expect(JSON.stringify(await atVapi("requests", id))).not.toContain("evil");
  });
});

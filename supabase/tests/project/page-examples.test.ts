import { createHmac } from "node:crypto";
import { createClient } from "@supabase/supabase-js";
import { expect, it } from "vitest";
import WebSocket from "ws";
import { hostIdOf } from "../../../tools/simulate/zoom.ts";
import { sql } from "../support/database.ts";
import { runExamples } from "../support/doc-examples.ts";
import { testStack } from "../support/resources.ts";
import { createUser } from "../support/users.ts";
import { newMeetingId } from "../support/zoom.ts";

it("the page about errors reads every kind of refusal as it says", async () => {
  const { id: userId, client: supabase } = await createUser();
  // Nobody listens there.
  const offline = createClient("http://127.0.0.1:9", testStack().publishable_key, {
    realtime: { transport: WebSocket as unknown as typeof globalThis.WebSocket },
  });
  const { results } = await runExamples("errors.md", { supabase, userId, offline });

  expect(results).toMatchObject({
    fromEndpoint: { code: "ticket_not_found", request_id: expect.any(String) },
    fromRpc: "invalid_range",
    fromTable: { code: "invalid_configuration", key: "tools", reason: "unknown_key" },
    constraint: "full_name_is_1_to_200_characters",
    fromPostgrest: "PGRST116",
    unreached: ["FunctionsFetchError", "", 0],
  });
});

it("the deliveries of Zoom's page are answered as it says", async () => {
  const { url, secrets } = testStack();
  const meetingId = newMeetingId();
  const given = { url, secret: secrets.zoom, meetingId, hostId: hostIdOf(meetingId) };
  const { results } = await runExamples("zoom-webhook.md", given);

  const plainToken = "qgg8vlvZRS6UYooatFL8Aw";
  const encryptedToken = createHmac("sha256", secrets.zoom).update(plainToken).digest("hex");
  expect(results).toMatchObject({
    validated: { plainToken, encryptedToken },
    first: { status: "applied", event_id: expect.any(String) },
    again: { status: "duplicate" },
  });
});

it("the call of the page about maintenance answers with what it did", async () => {
  const { url, secret_key: secretKey } = testStack();
  const { results } = await runExamples("maintenance.md", { url, secretKey });
  expect(results.report).toMatchObject({
    events: { applied: expect.any(Number), deferred: expect.any(Number) },
    tasks: { done: expect.any(Number), dead: expect.any(Number) },
  });
});

it("the page about mail turns a kind off and discards what is held, as it says", async () => {
  const { client: supabase } = await createUser();
  const { client: agent } = await createUser("agent");
  await sql(
    "insert into public.received_mails (provider_id, received_at, state, reason, settled_at) values ('of the page', now(), 'held', 'unknown_sender', now())",
  );
  const { results } = await runExamples("mail.md", { supabase, agent });
  expect(results.held).toContainEqual(expect.objectContaining({ reason: "unknown_sender" }));
  expect((await agent.from("received_mails").select("id").eq("state", "held")).data).toEqual([]);
  expect(results.failed).toBeNull();
  const off = { kind: "class_tomorrow", channel: "email", is_enabled: false, is_required: false };
  expect(results.settings).toContainEqual(off);
});

it("the page about the calendar makes, reads and revokes a link as it says", async () => {
  const { client: supabase } = await createUser();
  const { results } = await runExamples("calendar.md", { supabase, url: testStack().url });
  expect(results).toMatchObject({
    calendar: expect.stringMatching(/^BEGIN:VCALENDAR\r\n/),
    known: { created_at: expect.any(String) },
    failed: null,
    revoked: 404,
  });
});

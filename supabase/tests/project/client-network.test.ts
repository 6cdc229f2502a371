import { randomUUID } from "node:crypto";
import { createClient } from "@supabase/supabase-js";
import { expect, it } from "vitest";
import { type Options, switchboard } from "../../../packages/client/src/index.ts";
import { insertCall } from "../support/calls.ts";
import { sql } from "../support/database.ts";
import { openDesk } from "../support/desk.ts";
import { type FaultyProxy, faultyProxy } from "../support/faulty-proxy.ts";
import { testStack } from "../support/resources.ts";
import { createUser, realtime, type TestUser } from "../support/users.ts";

const interrupted = { data: null, error: expect.objectContaining({ code: "network" }) };
const refuse = (status: number, after: string) =>
  ({ kind: "refuse", status, headers: { "retry-after": after } }) as const;

/** The client of somebody behind a proxy. */
function behind({ url }: FaultyProxy, { token }: TestUser, options?: Options) {
  const supabase = createClient(url, testStack().publishable_key, {
    accessToken: async () => token,
    realtime,
  });
  return switchboard(supabase, options);
}

const times = (proxy: FaultyProxy, on: string) =>
  proxy.requests.filter((request) => request.includes(on)).length;

/** Files of an account that count in its quota. */
const files = ({ id }: TestUser) =>
  sql<{ state: string }>(
    "select state from public.ticket_attachments where user_id = $1 and state in ('pending', 'ready')",
    [id],
  );

const report = new File(["name;amount\n".repeat(200_000)], "report.csv", { type: "text/csv" });

it("waits as long as Retry-After says and asks again, an endpoint as well as a function", async () => {
  const [proxy, user] = await Promise.all([faultyProxy(), createUser()]);
  const api = behind(proxy, user, { retries: 2 });
  proxy.inflict("GET /functions/v1/user-limits", refuse(429, "0"), refuse(503, "1"));
  const began = performance.now();
  expect(await api.limits.read()).toMatchObject({ data: { plan_type: "free" } });
  expect(performance.now() - began).toBeGreaterThanOrEqual(1000);
  expect(times(proxy, "user-limits")).toBe(3);

  const past = new Date(Date.now() - 3_600_000).toUTCString();
  proxy.inflict("GET /functions/v1/analytics/dashboard", refuse(429, past));
  expect((await api.analytics.dashboard()).error?.retryAfter).toBeUndefined();
  proxy.inflict("GET /functions/v1/analytics/dashboard", refuse(429, soon()));
  expect((await api.analytics.dashboard()).error).toBeNull();
});

const soon = () => new Date(Date.now() + 2_000).toUTCString();

it("asks no further than it is told, and not where a repetition could do it twice", async () => {
  const [proxy, desk] = await Promise.all([faultyProxy(), openDesk()]);
  const body = { ticket_id: desk.ticketId, body: "Hello." };
  const { limits, tickets } = behind(proxy, desk.owner, { retries: 1, maxWait: 5 });
  proxy.inflict("user-limits", refuse(429, "0"), refuse(429, "0"));
  expect((await limits.read()).error).toMatchObject({ status: 429, retryAfter: 0 });
  expect(times(proxy, "user-limits")).toBe(2);
  proxy.inflict("user-limits", refuse(429, "6"));
  expect((await limits.read()).error).toMatchObject({ status: 429, retryAfter: 6 });
  expect(times(proxy, "user-limits")).toBe(3);

  proxy.inflict("POST /functions/v1/ticket-reply", refuse(503, "0"));
  expect((await tickets.reply(body)).error).toMatchObject({ code: "unavailable", retryAfter: 0 });
  expect(times(proxy, "ticket-reply")).toBe(1);
  proxy.inflict("POST /functions/v1/ticket-reply", refuse(503, "0"));
  expect((await tickets.reply(body, { idempotencyKey: randomUUID() })).error).toBeNull();
  expect(times(proxy, "ticket-reply")).toBe(3);
});

it("says how long a rule of the database asks to wait, and waits no longer than allowed", async () => {
  const user = await createUser();
  await sql(
    `insert into private.rate_windows (user_id, kind, window_start, taken)
       select $1, kind, date_bin(per, now(), '2000-01-01 00:00+00'), max_count from private.rate_limits where kind = 'deletion_requests'`,
    [user.id],
  );
  const { account } = switchboard(user.client, { retries: 3, maxWait: 0 });
  expect((await account.requestDeletion()).error).toMatchObject({
    code: "rate_limited",
    status: 429,
    retryAfter: expect.any(Number),
  });
});

it("calls an answer that breaks off no answer, of every kind", async () => {
  const [proxy, user] = await Promise.all([faultyProxy(), createUser()]);
  const { account, analytics, limits } = behind(proxy, user);
  const call = await insertCall(user.id, { startedAt: new Date().toISOString(), seconds: 30 });
  const cut = [{ kind: "cut answer" }, { kind: "lose answer" }] as const;
  const asks = [
    ["user-limits", () => limits.read()],
    ["calls.csv", () => analytics.callsCsv()],
    ["export_my_data", () => account.exportPage()],
    ["/recording", () => analytics.recording(call)],
    [`analytics/calls/${user.id}`, () => analytics.call(user.id)],
  ] as const;
  for (const [on, ask] of asks) {
    proxy.inflict(on, ...cut);
    expect([on, await ask()]).toEqual([on, interrupted]);
    expect([on, await ask()]).toEqual([on, interrupted]);
    expect([on, (await ask()).error?.code]).not.toEqual([on, "network"]);
  }
});

it("writes a reply once that is sent again because its answer was lost", async () => {
  const [proxy, { owner, ticketId }] = await Promise.all([faultyProxy(), openDesk()]);
  const { tickets } = behind(proxy, owner);
  proxy.inflict("POST /functions/v1/ticket-reply", { kind: "cut answer" });
  const key = { idempotencyKey: randomUUID() };
  const reply = () => tickets.reply({ ticket_id: ticketId, body: "Is anybody there?" }, key);
  expect(await reply()).toEqual(interrupted);
  const { data } = await reply();
  const messages = "select id from public.ticket_messages where ticket_id = $1";
  expect(await sql(messages, [ticketId])).toEqual([{ id: data?.message.id }]);
});

it("repeats an upload that Storage asks to repeat", async () => {
  const [proxy, { owner, ticketId }] = await Promise.all([faultyProxy(), openDesk()]);
  const { attachments } = behind(proxy, owner, { retries: 1 });
  proxy.inflict("PUT /storage", refuse(503, "0"));
  expect(await attachments.upload(ticketId, report)).toMatchObject({ data: { state: "ready" } });
  expect(times(proxy, "PUT /storage")).toBe(2);
});

it.each([
  ["in the middle of the file", "PUT /storage", "cut request"],
  ["before Storage's answer", "PUT /storage", "lose answer"],
  ["in the middle of the last answer", "/complete", "cut answer"],
] as const)("an upload that breaks off %s leaves nothing that counts", async (_, on, kind) => {
  const [proxy, { owner, ticketId }] = await Promise.all([faultyProxy(), openDesk()]);
  const { attachments } = behind(proxy, owner);
  proxy.inflict(on, { kind });
  expect(await attachments.upload(ticketId, report)).toEqual(interrupted);
  expect(await files(owner)).toEqual([]);
  expect(await attachments.upload(ticketId, report)).toMatchObject({ data: { state: "ready" } });
});

it("ends at the program's signal: a request, a wait and an upload, which leaves nothing", async () => {
  const [proxy, { owner, ticketId }] = await Promise.all([faultyProxy(), openDesk()]);
  const abort = new AbortController();
  const waiting = new AbortController();
  const api = behind(proxy, owner, { retries: 1, signal: abort.signal });
  const patient = behind(proxy, owner, { retries: 1, signal: waiting.signal });

  proxy.inflict("user-limits", refuse(429, "50"));
  const wait = patient.limits.read();
  await expect.poll(() => times(proxy, "user-limits")).toBe(1);
  waiting.abort();
  expect(await wait).toEqual(interrupted);

  proxy.inflict("PUT /storage", { kind: "hold request" });
  const upload = api.attachments.upload(ticketId, report);
  await proxy.held;
  abort.abort();
  expect(await upload).toEqual(interrupted);
  expect(await files(owner)).toEqual([]);
  expect(await api.limits.read()).toEqual(interrupted);
  expect(await api.account.exportPage()).toEqual(interrupted);
  expect(await api.analytics.recording(owner.id)).toEqual(interrupted);
});

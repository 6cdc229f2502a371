import { expect, it } from "vitest";
import { insertCall } from "../../support/calls.ts";
import { sql } from "../../support/database.ts";
import { callFunction } from "../../support/functions.ts";
import { createUser, type TestUser } from "../../support/users.ts";

const read = (user: TestUser, path = "") => callFunction(`user-limits${path}`, { user });

it("without a token it is a 401, with another method a 405", async () => {
  expect((await callFunction("user-limits")).status).toBe(401);
  const user = await createUser();
  expect((await callFunction("user-limits", { user, method: "DELETE" })).status).toBe(405);
});

it("a trial shows its limits, its days and no warning", async () => {
  const response = await read(await createUser());
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    plan_type: "free",
    current_assistants: 0,
    max_assistants: 1,
    remaining_assistants: 1,
    used_call_time_seconds: 0,
    max_call_time_seconds: 600,
    remaining_call_time_seconds: 600,
    used_attachment_bytes: 0,
    max_attachment_bytes: expect.any(Number),
    remaining_attachment_bytes: expect.any(Number),
    usage_percentage: { assistants: 0, call_time: 0, attachments: 0 },
    period: { start: expect.any(String), end: null },
    account: {
      status: "active",
      is_demo: true,
      demo_expires_at: expect.any(String),
      seconds_left: expect.any(Number),
      expiry_reason: null,
    },
    warnings: [],
  });
});

it("usage is exact, and warnings come with it", async () => {
  const user = await createUser();
  await insertCall(user.id, { startedAt: new Date().toISOString(), seconds: 59 });
  expect(await (await read(user)).json()).toMatchObject({
    used_call_time_seconds: 59,
    remaining_call_time_seconds: 541,
    usage_percentage: { call_time: 9.8 },
  });
  await user.client.from("assistants").insert({ name: "Only one" });
  await insertCall(user.id, { startedAt: new Date().toISOString(), seconds: 541 });
  expect(await (await read(user)).json()).toMatchObject({
    remaining_assistants: 0,
    account: { status: "expired", expiry_reason: "usage" },
    warnings: [
      { type: "error", code: "account_expired" },
      { type: "error", code: "assistants_limit_reached" },
      { type: "error", code: "call_time_limit_reached" },
    ],
  });
});

it("unlimited is null everywhere", async () => {
  const user = await createUser();
  await sql("update public.user_limits set plan_type = 'enterprise' where user_id = $1", [user.id]);
  expect(await (await read(user)).json()).toMatchObject({
    max_assistants: null,
    remaining_assistants: null,
    max_call_time_seconds: null,
    remaining_call_time_seconds: null,
    usage_percentage: { assistants: null, call_time: null },
    warnings: [],
  });
});

it("the history pages through every entry once, newest first", async () => {
  const user = await createUser();
  await sql("update public.user_limits set plan_type = 'pro' where user_id = $1", [user.id]);
  for (let i = 0; i < 6; i++) await insertCall(user.id, { seconds: i + 1 });
  const ids: number[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page = await read(user, `/history?limit=3${cursor && `&cursor=${cursor}`}`);
    const { entries, next_cursor } = await page.json();
    expect(entries.length).toBeLessThanOrEqual(3);
    ids.push(...entries.map(({ id }: { id: number }) => id));
    // An entry that comes meanwhile belongs to no later page.
    await insertCall(user.id);
    cursor = next_cursor;
  }
  const { entries } = await (await read(user, "/history?limit=100")).json();
  const logged = entries.map(({ id }: { id: number }) => id);
  expect(ids).toEqual(logged.slice(-ids.length));
  expect(new Set(ids).size).toBe(ids.length);
});

it("nobody sees another's history", async () => {
  const [user, other] = [await createUser(), await createUser()];
  await insertCall(user.id);
  const { entries } = await (await read(other, "/history")).json();
  expect(entries).not.toContainEqual(expect.objectContaining({ action_type: "call_recorded" }));
});

it.each([
  "limit=-1",
  "limit=0",
  "limit=101",
  "limit=ten",
  "limit=5&limit=6",
  "cursor=broken",
  "cursor=WyJ4Il0",
  "cursor=",
])("a history with %s is a 422", async (query) => {
  const response = await read(await createUser(), `/history?${query}`);
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ code: "invalid_input" });
});

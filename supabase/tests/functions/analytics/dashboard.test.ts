import { describe, expect, it } from "vitest";
import { insertCall } from "../../support/calls.ts";
import { sql } from "../../support/database.ts";
import { callFunction } from "../../support/functions.ts";
import { createUser, type TestUser } from "../../support/users.ts";

const read = (user: TestUser, query = "") => callFunction(`analytics/dashboard?${query}`, { user });

it("without a token it is a 401, with another method a 405, elsewhere a 404", async () => {
  expect((await callFunction("analytics/dashboard")).status).toBe(401);
  const user = await createUser();
  expect((await callFunction("analytics/dashboard", { user, method: "POST" })).status).toBe(405);
  expect((await callFunction("analytics", { user })).status).toBe(404);
});

it("a new account has thirty empty days", async () => {
  const response = await read(await createUser());
  expect(response.status).toBe(200);
  const answer = await response.json();
  expect(answer.series).toHaveLength(30);
  expect(answer.by_weekday_hour).toHaveLength(7);
  expect(answer).toMatchObject({
    range: { days: 30, time_zone: "UTC", interval: "day", assistant_id: null },
    metrics: {
      total_calls: 0,
      success_rate: null,
      average_duration_seconds: null,
      p50_duration_seconds: null,
      p95_duration_seconds: null,
      total_cost: 0,
      minutes_used: 0,
      minutes_remaining: 10,
      active_assistants: 0,
      phone_numbers: 0,
    },
    growth: { total_calls: null, success_rate: null },
    by_ended_reason: [],
    by_assistant: [],
    recent_calls: [],
  });
});

it("counts calls, seconds and money, and compares with the days before", async () => {
  const user = await createUser();
  await insertCall(user.id, { startedAt: "2026-03-08T10:00:00Z", seconds: 100, cost: 1 });
  await insertCall(user.id, { startedAt: "2026-03-10T10:00:00Z", seconds: 59, cost: 0.1 });
  await insertCall(user.id, { startedAt: "2026-03-10T11:00:00Z", seconds: 61, cost: 0.2 });
  const rest = { outcome: "failed", endedReason: "pipeline-error", cost: 0.000001 };
  await insertCall(user.id, { startedAt: "2026-03-11T11:00:00Z", seconds: 5, ...rest });
  const answer = await (await read(user, "from=2026-03-10&to=2026-03-11")).json();
  expect(answer).toMatchObject({
    metrics: {
      total_calls: 3,
      ended_calls: 3,
      answered_calls: 3,
      successful_calls: 2,
      failed_calls: 1,
      success_rate: 0.6667,
      total_duration_seconds: 125,
      average_duration_seconds: 41.7,
      total_cost: 0.300001,
    },
    previous: { from: "2026-03-08", to: "2026-03-09", total_calls: 1, total_duration_seconds: 100 },
    growth: { total_calls: 2, total_duration_seconds: 0.25 },
    series: [
      { start: "2026-03-10", total_calls: 2, total_duration_seconds: 120 },
      { start: "2026-03-11", total_calls: 1, failed_calls: 1 },
    ],
    by_ended_reason: [
      { ended_reason: "customer-ended-call", calls: 2 },
      { ended_reason: "pipeline-error", calls: 1 },
    ],
  });
  expect(answer.by_weekday_hour[1].calls[10]).toBe(1);
  expect(
    answer.recent_calls.map((call: { duration_seconds: number }) => call.duration_seconds),
  ).toEqual([5, 61, 59]);
});

describe("days are cut at the midnights of the zone", () => {
  it.each([
    ["Asia/Kathmandu", "2026-03-01T18:14:59Z", "2026-03-01T18:15:00Z"],
    ["America/St_Johns", "2026-03-02T03:29:59Z", "2026-03-02T03:30:00Z"],
    // The clocks went forward on 8 March: midnight moved by an hour.
    ["America/St_Johns", "2026-03-09T02:29:59Z", "2026-03-09T02:30:00Z"],
    ["America/Havana", "2026-11-01T03:59:59Z", "2026-11-01T04:00:00Z"],
  ])("%s between %s and %s", async (zone, before, after) => {
    const user = await createUser();
    await insertCall(user.id, { startedAt: before });
    await insertCall(user.id, { startedAt: after });
    const localDay = (moment: string) =>
      new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(new Date(moment));
    expect(localDay(before)).not.toBe(localDay(after));
    const query = `from=${localDay(before)}&to=${localDay(after)}`;

    const byParameter = await (await read(user, `${query}&tz=${zone}`)).json();
    expect(byParameter.series).toMatchObject([{ total_calls: 1 }, { total_calls: 1 }]);

    await user.client.from("profiles").update({ time_zone: zone }).eq("id", user.id);
    const atOnce = await (await read(user, query)).json();
    expect(atOnce.freshness.tier).toBe("quarter_hour");
    expect(atOnce.series).toEqual(byParameter.series);

    await sql("select private.rebuild_days_of($1, now())", [user.id]);
    const rebuilt = await (await read(user, query)).json();
    expect(rebuilt.freshness.tier).toBe("day");
    expect(rebuilt.series).toEqual(byParameter.series);
    expect(rebuilt.metrics).toEqual(byParameter.metrics);
  });
});

it("one assistant's calls, and nobody else's", async () => {
  const [user, other] = [await createUser(), await createUser()];
  const { data } = await user.client
    .from("assistants")
    .insert({ name: "Mine" })
    .select("id")
    .single();
  const assistantId = data?.id ?? "";
  await insertCall(user.id, { assistantId });
  await insertCall(user.id);
  await insertCall(other.id);
  const range = "from=2026-03-10&to=2026-03-10";
  const all = await (await read(user, range)).json();
  expect(all.metrics.total_calls).toBe(2);
  const one = await (await read(user, `${range}&assistant_id=${assistantId}`)).json();
  expect(one.metrics.total_calls).toBe(1);
  expect(one.by_assistant).toMatchObject([
    { assistant_id: assistantId, name: "Mine", is_deleted: false },
  ]);
  const theirs = await (await read(other, `${range}&assistant_id=${assistantId}`)).json();
  expect(theirs).toMatchObject({ metrics: { total_calls: 0 }, by_assistant: [], recent_calls: [] });
});

it.each([
  ["tz=Mars/Olympus", "invalid_time_zone"],
  ["from=2026-03-02&to=2026-03-01", "invalid_range"],
  ["from=2025-01-01&to=2026-02-04", "range_too_long"],
  ["from=2026-02-30", "invalid_input"],
  ["from=yesterday", "invalid_input"],
  ["assistant_id=1", "invalid_input"],
  ["interval=minute", "invalid_input"],
  ["interval=day&interval=hour", "invalid_input"],
  ["zone=UTC", "invalid_input"],
])("%s is a 422 %s", async (query, code) => {
  const response = await read(await createUser(), query);
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ code });
});

import { randomUUID } from "node:crypto";

import { expect, it } from "vitest";
import { insertCall } from "../../support/calls.ts";
import { parseCsv } from "../../support/csv.ts";
import { sql } from "../../support/database.ts";
import { callFunction } from "../../support/functions.ts";
import { createUser, type TestUser } from "../../support/users.ts";

const read = (user: TestUser, path: string) => callFunction(`analytics/${path}`, { user });

/** Many calls in one statement, two at the same moment each. */
const insertCalls = (user: TestUser, count: number) =>
  sql(
    `insert into public.call_logs (user_id, vapi_call_id, status, outcome, started_at, ended_at)
     select $1, gen_random_uuid(), 'ended', 'completed', moment, moment + interval '30 seconds'
     from generate_series(1, $2::integer) i, lateral (select '2026-03-10T00:00Z'::timestamptz + i / 2 * interval '10 seconds' as moment) m`,
    [user.id, count],
  );

it("pages hold every call once, newest first, also while calls come", async () => {
  const user = await createUser();
  await insertCalls(user, 25);
  const seen: { id: string; called_at: string }[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page = await (await read(user, `calls?limit=10${cursor && `&cursor=${cursor}`}`)).json();
    seen.push(...page.calls);
    await insertCall(user.id, { startedAt: "2026-04-01T00:00:00Z" });
    cursor = page.next_cursor;
  }
  expect(new Set(seen.map(({ id }) => id)).size).toBe(25);
  expect(seen).toHaveLength(25);
  const times = seen.map(({ called_at }) => called_at);
  expect(times).toEqual([...times].sort().reverse());
});

it("filters by day, outcome, direction and end", async () => {
  const user = await createUser();
  await insertCall(user.id, { startedAt: "2026-03-01T18:14:59Z", outcome: "voicemail" });
  await insertCall(user.id, { startedAt: "2026-03-01T18:15:00Z" });
  const count = async (query: string) => {
    const { calls } = await (await read(user, `calls?${query}`)).json();
    return calls.length;
  };
  expect(await count("from=2026-03-02&to=2026-03-02&tz=Asia/Kathmandu")).toBe(1);
  expect(await count("from=2026-03-01&to=2026-03-01")).toBe(2);
  expect(await count("outcome=voicemail")).toBe(1);
  expect(await count("direction=outbound")).toBe(0);
  expect(await count("ended=true")).toBe(2);
  expect(await count("ended=false")).toBe(0);
});

it.each([
  "limit=-1",
  "limit=101",
  "cursor=broken",
  "cursor=WyJ5ZXN0ZXJkYXkiLCJ4Il0",
  "outcome=great",
  "from=2026-03-02&to=2026-03-01",
  "tz=Nowhere",
  "ended=maybe",
  "q=x",
])("calls?%s is a 422", async (query) => {
  expect((await read(await createUser(), `calls?${query}`)).status).toBe(422);
});

it("a download has every call beyond a page of the API, as RFC 4180 has it", async () => {
  const user = await createUser();
  await sql("update public.user_limits set plan_type = 'enterprise' where user_id = $1", [user.id]);
  await insertCalls(user, 2500);
  const response = await read(user, "calls.csv");
  expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(response.headers.get("content-disposition")).toContain("attachment");
  const text = await response.text();
  expect(text.endsWith("\r\n")).toBe(true);
  const rows = parseCsv(text);
  expect(rows).toHaveLength(2500);
  expect(new Set(rows.map((row) => row.id)).size).toBe(2500);
});

it("a download quotes, and runs no formula", async () => {
  const user = await createUser();
  const summaries = [
    'He said "no", twice\nand left',
    "one\rtwo",
    "=HYPERLINK(1)",
    "+1",
    "-1",
    "@x",
  ];
  for (const summary of summaries) await insertCall(user.id, { summary });
  const text = await (await read(user, "calls.csv")).text();
  const rows = parseCsv(text);
  const told = rows.map((row) => row.summary).sort();
  expect(told).toEqual(["'+1", "'-1", "'=HYPERLINK(1)", "'@x", ...summaries.slice(0, 2)].sort());
  expect(rows[0]?.duration_seconds).toBe("30");
});

it("a download with a bad filter is a 422 and no file", async () => {
  const response = await read(await createUser(), "calls.csv?tz=Nowhere");
  expect(response.status).toBe(422);
  expect(response.headers.get("content-type")).toContain("application/json");
});

it("a call shows what was said to its owner only", async () => {
  const [user, other] = [await createUser(), await createUser()];
  const id = await insertCall(user.id, { recordingUrl: "https://files.example/r.wav" });
  const response = await read(user, `calls/${id}`);
  expect(response.status).toBe(200);
  const call = await response.json();
  expect(call).toMatchObject({
    id,
    transcript: "AI: Hello!",
    has_recording: true,
    assistant_name: null,
  });
  expect(JSON.stringify(call)).not.toContain("files.example");
  const theirs = await read(other, `calls/${id}`);
  const absent = await read(other, `calls/${randomUUID()}`);
  expect([theirs.status, absent.status]).toEqual([404, 404]);
  const { request_id: _one, ...refused } = await theirs.json();
  const { request_id: _other, ...missing } = await absent.json();
  expect(refused).toEqual(missing);
  expect((await read(user, "calls/not-an-id")).status).toBe(404);
});

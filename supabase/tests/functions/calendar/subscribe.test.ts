import { sync } from "node-ical";
import { beforeAll, expect, it } from "vitest";
import { sql } from "../../support/database.ts";
import { callFunction } from "../../support/functions.ts";
import { createUser, type TestUser } from "../../support/users.ts";

const HOSTILE = 'A, "B"; C\\y\r\nEND:VEVENT\rBEGIN:VEVENT\u0007\t💥 é '.repeat(9);
let teacher: TestUser;
let student: TestUser;
let token: string;
let classId: string;

const read = (secret: string, headers: Record<string, string> = {}) =>
  callFunction(`calendar?token=${encodeURIComponent(secret)}`, { headers });

/** The events of a person's calendar, as a calendar program reads them. */
async function eventsOf(secret: string) {
  const response = await read(secret);
  const body = await response.text();
  expect(response.status, body).toBe(200);
  const events = Object.values(sync.parseICS(body)).flatMap((each) =>
    each?.type === "VEVENT" ? [each] : [],
  );
  return { response, body, events };
}

beforeAll(async () => {
  teacher = await createUser("teacher");
  student = await createUser();
  const planned = await teacher.client
    .from("live_classes")
    .insert({
      title: "Algebra, part 1; or: x\\y",
      description: HOSTILE,
      // The night in which Berlin's clocks go forward, and its second hour.
      scheduled_start: "2027-03-28T00:30:00Z",
      duration_minutes: 90,
    })
    .select("id")
    .single();
  classId = planned.data?.id ?? "";
  const roster = { p_class_id: classId, p_student_ids: [student.id] };
  expect((await teacher.client.rpc("set_enrollments", roster)).error).toBeNull();
  const link = { live_class_id: classId, join_url: "https://zoom.example/j/1?pwd=a,b;c" };
  expect((await teacher.client.from("class_join_links").insert(link)).error).toBeNull();
  const { data } = await student.client.rpc("create_calendar_link");
  token = (data as { token: string }).token;
});

it("a calendar program reads the classes as they are planned", async () => {
  const { response, body, events } = await eventsOf(token);
  expect(response.headers.get("content-type")).toBe("text/calendar; charset=utf-8");
  expect(response.headers.get("cache-control")).toBe("private, no-cache");
  expect(events).toHaveLength(1);
  const [lesson] = events;
  expect(lesson).toMatchObject({
    uid: `${classId}@switchboard`,
    summary: "Algebra, part 1; or: x\\y",
    status: "CONFIRMED",
    sequence: 0,
  });
  expect(lesson?.start.toISOString()).toBe("2027-03-28T00:30:00.000Z");
  expect(lesson?.end?.toISOString()).toBe("2027-03-28T02:00:00.000Z");
  expect(lesson?.dtstamp.toISOString()).toBe(lesson?.lastmodified?.toISOString());
  expect(body).not.toContain("zoom.example");
});

it("what a teacher writes stays text: no line of its own, no control character but the tab, no line over 75 bytes", async () => {
  const { body, events } = await eventsOf(token);
  const lines = body.split("\r\n");
  expect(lines.pop()).toBe("");
  expect(lines.filter((line) => line.startsWith("BEGIN:VEVENT"))).toHaveLength(1);
  for (const line of lines) {
    expect(line).toMatch(/^[\P{Cc}\t]*$/u);
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  }
  expect(events[0]?.description).toBe(HOSTILE.replace(/\r\n?/g, "\n").replaceAll("\u0007", ""));
});

it("the link into a class is there in its time, as it is", async () => {
  const start = { scheduled_start: new Date(Date.now() + 5 * 60_000).toISOString() };
  await teacher.client.from("live_classes").update(start).eq("id", classId);
  const { body, events } = await eventsOf(token);
  expect(events[0]).toMatchObject({
    url: "https://zoom.example/j/1?pwd=a,b;c",
    location: "https://zoom.example/j/1?pwd=a,b;c",
    sequence: 1,
  });
  expect(body).toContain("URL:https://zoom.example/j/1?pwd=a,b;c\r\n");
});

it("a change is another sequence, a cancellation says so, and what is the same is not sent again", async () => {
  const first = await read(token);
  const tag = first.headers.get("etag") ?? "";
  for (const known of [tag, `W/${tag}`, `"other", ${tag}`]) {
    const again = await read(token, { "if-none-match": known });
    expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", tag]);
  }
  await teacher.client.from("live_classes").update({ status: "cancelled" }).eq("id", classId);
  expect((await read(token, { "if-none-match": tag })).status).toBe(200);
  const { body, events } = await eventsOf(token);
  expect(events[0]).toMatchObject({ status: "CANCELLED", sequence: 2 });
  expect(body).not.toContain("zoom.example");
});

it("a link that nobody has, that was replaced or revoked, or whose person is barred is 404", async () => {
  const { data } = await student.client.rpc("create_calendar_link");
  const next = (data as { token: string }).token;
  for (const wrong of [token, "x", `${next.slice(1)}0`, next.toUpperCase(), "💥"]) {
    const response = await read(wrong);
    expect([wrong, response.status]).toEqual([wrong, 404]);
    expect(await response.json()).toMatchObject({ code: "calendar_link_not_valid" });
  }
  for (const missing of ["calendar", "calendar?token=", `calendar?token=${"0".repeat(201)}`]) {
    expect((await callFunction(missing)).status).toBe(422);
  }
  const become = (status: string) =>
    sql("update public.profiles set account_status = $2::public.account_status where id = $1", [
      student.id,
      status,
    ]);
  await become("suspended");
  expect((await read(next)).status).toBe(404);
  await become("active");
  expect((await read(next)).status).toBe(200);
  await student.client.rpc("revoke_calendar_link");
  expect((await read(next)).status).toBe(404);
});

it("a link that is read ever so often is told when to come again", async () => {
  const { data } = await student.client.rpc("create_calendar_link");
  const { token: often } = data as { token: string };
  await sql(
    `insert into private.rate_windows (user_id, kind, window_start, taken)
     select $1, kind, date_bin(per, now() + n * per, '2000-01-01Z'), max_count
     from private.rate_limits, unnest(array[0, 1]) n where kind = 'calendar_reads'
     on conflict (user_id, kind, window_start) do update set taken = excluded.taken`,
    [student.id],
  );
  const response = await read(often);
  expect(response.status).toBe(429);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await response.json()).toMatchObject({ code: "rate_limited" });
});

import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { sqlOne } from "../../support/database.ts";
import { deliverZoom, wordOf } from "../../support/zoom.ts";

const joined = (
  name: string,
  more = "",
) => `{"event": "meeting.participant_joined", "event_ts": ${Date.now()}, ${more} "payload": {"object":
  {"id": "1", "uuid": "${randomUUID()}", "participant": {"user_id": "1", "user_name": "${name}", "join_time": "2026-03-02T10:00:00Z"}}}}`;

const nameOf = (body: string) =>
  sqlOne<{ user_name: string }>(
    `select user_name from public.meeting_participants p join public.meeting_instances i on i.id = p.instance_id
     where i.instance_key = $1`,
    [/"uuid": "([^"]+)"/.exec(body)?.[1]],
  );

it.each([
  ["a NUL", "Ann\\u0000Lee", "Ann\uFFFDLee"],
  ["a lone surrogate", "Ann \\ud83d Lee", "Ann \uFFFD Lee"],
  ["an emoji", "Ann \\ud83d\\ude00", "Ann 😀"],
  ["markup", "<b onmouseover=alert(1)>Ann</b>", "<b onmouseover=alert(1)>Ann</b>"],
])("a name with %s is applied and can be read", async (_, name, expected) => {
  const body = joined(name);
  expect(await wordOf(await deliverZoom(body))).toBe("applied");
  expect(await nameOf(body)).toEqual({ user_name: expected });
});

it("__proto__ and constructor are keys like any other", async () => {
  const body = joined(
    "Ann",
    '"__proto__": {"event": "x"}, "constructor": {"prototype": {"polluted": true}},',
  );
  expect(await wordOf(await deliverZoom(body))).toBe("applied");
  expect(Object.keys({ ...{} })).not.toContain("polluted");
});

it("a depth of 10,000 is read past", async () => {
  const body = joined("Ann", `"deep": ${"[".repeat(10_000)}${"]".repeat(10_000)},`);
  expect(await wordOf(await deliverZoom(body))).toBe("applied");
});

it.each([
  "[]",
  "null",
  "1",
  '"text"',
  "{}",
  '{"event": 7}',
  '{"event": "meeting.started", "payload": []}',
])("%s is JSON, so it is acknowledged", async (body) => {
  expect(
    await wordOf(await deliverZoom(` ${body}${" ".repeat(Math.floor(Math.random() * 10_000))}`)),
  ).toMatch(/^(ignored|deferred)$/);
});

it("a known event that lacks its meeting is kept for a better reader", async () => {
  const body = {
    event: "meeting.started",
    event_ts: Date.now(),
    payload: { object: { topic: randomUUID() } },
  };
  expect(await wordOf(await deliverZoom(JSON.stringify(body)))).toBe("deferred");
});

it("times beyond all calendars end nothing", async () => {
  const body = {
    event: "meeting.started",
    event_ts: 8.64e15,
    payload: { object: { uuid: randomUUID(), start_time: "+275760-09-13T00:00:00Z" } },
  };
  expect(await wordOf(await deliverZoom(JSON.stringify(body)))).toBe("applied");
});

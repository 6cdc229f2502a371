import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { sqlOne } from "../../support/database.ts";
import { deliverZoom, tellZoom, wordOf } from "../../support/zoom.ts";

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
  ["a NUL", "Ann\\u0000Lee", "AnnLee"],
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

it.each(["2999-01-01T00:00:00Z", "1970-01-01T00:00:00Z"])(
  "a meeting that began in %s began when that was told, and so did all in it",
  async (time) => {
    const key = randomUUID();
    const object = { uuid: key, id: "1", start_time: time, end_time: time };
    const participant = { participant_uuid: key, join_time: time, leave_time: time };
    const tell = (event: string, more: object) =>
      tellZoom({
        event,
        event_ts: Date.parse(time),
        payload: { object: { ...object, ...more } },
      });
    const before = Date.now();
    expect(await tell("meeting.started", {})).toBe("applied");
    expect(await tell("meeting.participant_joined", { participant })).toBe("applied");
    expect(await tell("meeting.participant_left", { participant })).toBe("applied");
    expect(await tell("meeting.ended", {})).toBe("applied");
    const { times } = await sqlOne<{ times: Date[] }>(
      `select array[i.started_at, i.ended_at, p.join_time, p.leave_time] as times
       from public.meeting_instances i join public.meeting_participants p on p.instance_id = i.id
       where i.instance_key = $1`,
      [key],
    );
    for (const one of times) {
      expect(one.getTime()).toBeGreaterThanOrEqual(before);
      expect(one.getTime()).toBeLessThanOrEqual(Date.now());
    }
  },
);

it.each(["v0:1:{}", "a b", "", "x".repeat(129), "é"])(
  "a validation of %j is no validation: nothing is signed",
  async (plainToken) => {
    const body = {
      event: "endpoint.url_validation",
      event_ts: Date.now(),
      payload: { plainToken },
    };
    const response = await deliverZoom(JSON.stringify(body));
    expect(await response.text()).not.toContain("encryptedToken");
    expect(response.status).toBe(200);
  },
);

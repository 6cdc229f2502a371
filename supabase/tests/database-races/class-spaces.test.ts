import { randomInt, randomUUID } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { database, sql, sqlOne } from "../support/database.ts";
import { type Client, overlap } from "../support/two-connections.ts";

const letters = (count: number) =>
  Array.from({ length: count }, () => String.fromCharCode(97 + randomInt(26))).join("");

let code: string;
let hostId: string;
let classId: string;

beforeEach(async () => {
  code = [3, 4, 3].map(letters).join("-");
  hostId = randomUUID();
  await sql("insert into auth.users (id) values ($1)", [hostId]);
  await sql("update public.profiles set workspace_email = $2 where id = $1", [
    hostId,
    `${hostId}@races.example`,
  ]);
  const made = await sqlOne<{ id: string }>(
    `insert into public.live_classes (host_id, title, provider, meeting_id, scheduled_start, duration_minutes)
     values ($1, 'Race', 'google_meet', $2, now() + interval '1 day', 60) returning id`,
    [hostId, code],
  );
  classId = made.id;
  await sql(
    "update private.google_meet_space_lookups set asked_at = now() - interval '7 hours' where live_class_id = $1",
    [classId],
  );
});

const answer = (client: Client) =>
  client.query("select public.note_google_meet_space($1, $2)", [classId, code]);
const askAgain = (client: Client) =>
  client.query("select private.check_google_meet_classes(now())");
const seen = () =>
  sqlOne(
    `select l.outcome, t.version,
       (select count(*)::integer from public.notifications where user_id = $2) as told
     from private.google_meet_space_lookups l join public.tasks t on t.resource_id = l.live_class_id::text and t.done_at is null
     where l.live_class_id = $1`,
    [classId, hostId],
  );

it("a code that is answered while the job asks again is not asked about any more", async () => {
  await overlap(answer, askAgain);
  expect(await seen()).toEqual({ outcome: "absent", version: 1, told: 1 });
});

it("a code that is answered after the job has asked again is answered", async () => {
  await overlap(askAgain, answer);
  expect(await seen()).toEqual({ outcome: "absent", version: 2, told: 1 });
});

it("a code that is set once more is asked about once more", async () => {
  await answer(database());
  await sql("update public.live_classes set meeting_id = null where id = $1", [classId]);
  await sql("update public.live_classes set meeting_id = $2 where id = $1", [classId, code]);
  expect(await seen()).toEqual({ outcome: "asked", version: 2, told: 1 });
});

import { expect, it } from "vitest";
import { ingestZoom, retryFailed } from "../support/class-races.ts";
import { database, sql } from "../support/database.ts";
import type { Work } from "../support/two-connections.ts";
import { newMeetingId } from "../support/zoom.ts";

const ROUNDS = 15;
// Jobs look at every class of the past: this one's disturb nobody else's in the first year of all, and the end that another's
// gives a meeting here is the same.
const YEAR = 2009;
const minute = (offset: number) => new Date(Date.UTC(YEAR, 2, 2, 10, offset)).toISOString();
const after = minute(600);
const pick = (count: number) => Math.floor(Math.random() * count);

/** Does something again and again on a connection of its own; says which errors it met. */
async function repeatedly(act: Work): Promise<string[]> {
  const client = await database().connect();
  const errors: string[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      await act(client).catch((error: unknown) => {
        errors.push(error instanceof Error && "code" in error ? String(error.code) : String(error));
      });
    }
  } finally {
    client.release();
  }
  return errors;
}

const INSTANCES = 6;

/** One of the things that Zoom tells of one of the meetings. */
function eventOf(meetingId: string): object {
  const run = pick(INSTANCES);
  const instance = { key: `${meetingId}-${run}`, meeting_id: meetingId };
  const started_at = minute(run * 5);
  const told = { occurred_at: started_at, instance, started_at };
  if (pick(4) === 0) return { ...told, kind: "meeting_ended", ended_at: minute(30 + pick(90)) };
  const key = String(pick(6));
  const session = { key, handle: `h${key}`, email: `s${1 + pick(4)}-${meetingId}@races.example` };
  return pick(2) === 0
    ? { ...told, kind: "participant_joined", session: { ...session, joined_at: minute(pick(60)) } }
    : { ...told, kind: "participant_left", session: { ...session, left_at: minute(pick(120)) } };
}

it("jobs that run while events arrive and classes are moved leave what the facts say", async () => {
  const meetingId = newMeetingId();
  await sql(
    `insert into auth.users (id, email, email_confirmed_at)
     select gen_random_uuid(), who || '-' || $1 || '@races.example', now() from unnest('{host,s1,s2,s3,s4}'::text[]) who`,
    [meetingId],
  );
  await sql(
    `insert into public.live_classes (host_id, title, meeting_id, scheduled_start, duration_minutes)
     select id, title, $1, $2, 60 from unnest('{first,second}'::text[]) title, public.profiles
     where email = 'host-' || $1 || '@races.example'`,
    [meetingId, minute(0)],
  );
  const tell = () => repeatedly((client) => ingestZoom(client, eventOf(meetingId)));
  const move = () =>
    repeatedly((client) =>
      client.query(
        "update public.live_classes set scheduled_start = $3, duration_minutes = $4 where meeting_id = $1 and title = $2",
        [meetingId, ["first", "second"][pick(2)], minute(pick(60)), 30 + pick(60)],
      ),
    );
  const run = (job: string) =>
    repeatedly((client) => client.query(`select private.${job}($1)`, [after]));
  const compare = () =>
    repeatedly((client) => {
      const key = `${meetingId}-${pick(INSTANCES)}`;
      const stays = [{ handle: `h${pick(6)}`, joined_at: minute(pick(30)), left_at: minute(40) }];
      return pick(2) === 0
        ? client.query("select public.note_zoom_stays($1, $2)", [key, JSON.stringify(stays)])
        : client.query("select public.note_zoom_reconciled($1)", [key]);
    });
  const errors = await Promise.all([
    ...[tell(), tell(), tell(), move(), compare()],
    ...[run("close_forgotten_meetings"), run("close_forgotten_meetings"), run("note_no_shows")],
    run("reconcile_zoom_meetings"),
  ]);
  // Giving way to another is allowed now and then; nothing else is.
  expect(errors.flat().filter((code) => code !== "40P01")).toEqual([]);
  expect(errors.flat().length).toBeLessThan(ROUNDS);

  await retryFailed(meetingId);
  for (const job of ["close_forgotten_meetings", "note_no_shows", "reconcile_zoom_meetings"]) {
    await sql(`select private.${job}($1)`, [after]);
  }
  const wrong = await sql(
    `select i.instance_key, 'end' as what, i.ended_at, private.assumed_end(i.id, now()) as should_be
     from public.meeting_instances i where i.meeting_id = $1
       -- What the classes were moved away from is of no class, and nobody assumes its end.
       and (i.ended_at is null and i.live_class_id is not null or i.end_is_assumed and i.ended_at is distinct from private.assumed_end(i.id, now()))
     union all
     select i.instance_key, 'told end', i.ended_at, told.at from public.meeting_instances i
     left join lateral (
       select max((e.event ->> 'ended_at')::timestamptz) as at from public.webhook_events e
       where e.event ->> 'kind' = 'meeting_ended' and e.event #>> '{instance,key}' = i.instance_key) told on true
     where i.meeting_id = $1
       and (i.end_is_assumed <> (told.at is null and i.live_class_id is not null)
         or told.at is not null and i.ended_at is distinct from told.at)
     union all
     select c.title, 'class', c.actual_end_time, f.ended_at from public.live_classes c
     left join lateral (
       select count(*) as runs, max(i.ended_at) as ended_at, bool_and(i.reconciled_at is not null) as is_synced
       from public.meeting_instances i where i.live_class_id = c.id) f on true
     where c.meeting_id = $1 and (
       c.status <> (case when f.runs > 0 then 'completed' else 'scheduled' end)::public.class_status
       or c.actual_end_time is distinct from f.ended_at
       or c.attendance_synced <> coalesce(f.is_synced, false)
       -- A class without a meeting is noted by the job that has just looked, and no other.
       or (c.no_show_at is not null) <> (f.runs = 0))
     union all
     select i.instance_key, 'asked twice', null, null from public.meeting_instances i
     where i.meeting_id = $1 and (
       select count(*) from public.tasks t where t.kind = 'reconcile_zoom_meeting' and t.resource_id = i.instance_key
         and t.done_at is null and t.cancelled_at is null and t.dead_at is null) > 1`,
    [meetingId],
  );
  expect(wrong).toEqual([]);
});

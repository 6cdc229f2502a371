import type pg from "pg";
import { expect } from "vitest";
import type { MeetingEvent } from "../../../shared/classes/meeting-event.ts";
import { at, type Story } from "./class-story.ts";

/** What happens in the database: an event arrives, or a person does something. */
export type Step =
  | MeetingEvent
  | { kind: "schedule"; start: number }
  | { kind: "move"; from: number; to: number }
  | { kind: "close"; at: number }
  | { kind: "enrol" }
  | ZoomReport;

/** A page of Zoom's record, its list of past participants, as the task writes it. */
export interface ZoomReport {
  readonly kind: "zoom_report";
  readonly instance: string;
  readonly stays: readonly object[];
}
const DONE: ReadonlySet<string> = new Set(["schedule", "move", "close", "enrol", "zoom_report"]);
const isDone = (step: Step): step is Exclude<Step, MeetingEvent> => DONE.has(step.kind);

const people = `
  insert into auth.users (id, email, email_confirmed_at)
  select gen_random_uuid(), who || '-' || $1 || '@story.example', now()
  from unnest('{host,s0,s1,s2,s3}'::text[]) who`;
const schedule = `
  insert into public.live_classes (host_id, title, meeting_id, scheduled_start, duration_minutes)
  select id, 'Class of ' || $2::text, $1, $2::timestamptz, 60 from public.profiles where email = 'host-' || $1 || '@story.example'`;
const move = `
  update public.live_classes set scheduled_start = $3 where meeting_id = $1 and scheduled_start = $2`;
const enrol = `
  insert into public.class_enrollments (live_class_id, profile_id)
  select c.id, p.id from public.live_classes c, public.profiles p
  where c.meeting_id = $1 and p.email ~ ('^s[0-9]-' || $1 || '@')
  on conflict do nothing`;
const ingest = `
  select public.ingest_event('zoom', gen_random_uuid()::text, e ->> 'kind', now(), '{}', e, 'test') ->> 'status' as status
  from jsonb_array_elements($1::jsonb) e`;

/** Everything that a client could ever see of the story, without ids and time stamps. */
const snapshot = `
  select jsonb_build_object(
    'classes', (select jsonb_agg(jsonb_build_object('title', title, 'start', scheduled_start, 'minutes', duration_minutes,
        'status', status, 'started', actual_start_time, 'ended', actual_end_time, 'deleted', meeting_deleted_at) order by title) from public.live_classes where meeting_id = $1),
    'runs', (select jsonb_agg(jsonb_build_array(i.instance_key, c.title, i.started_at, i.ended_at, i.end_is_assumed, i.host_key, i.title)
        order by i.instance_key) from public.meeting_instances i left join public.live_classes c on c.id = i.live_class_id
        where i.meeting_id = $1),
    'sessions', (select jsonb_agg(jsonb_build_object('key', p.session_key, 'class', c.title, 'email', f.email,
        'how', p.match_confidence, 'name', p.user_name, 'told_email', p.user_email, 'join', p.join_time, 'leave', p.leave_time)
        order by p.session_key) from public.meeting_participants p join public.meeting_instances i on i.id = p.instance_id
        left join public.live_classes c on c.id = p.live_class_id left join public.profiles f on f.id = p.profile_id
        where i.meeting_id = $1)) as seen`;

interface SeenSession {
  key: string;
  email: string | null;
  join: string | null;
  leave: string | null;
}
export interface Seen {
  classes: { title: string; status: string; started: string | null; deleted: string | null }[];
  /** Key, class, start, end, whether the end is assumed, host's key, title. */
  runs: [string, string | null, string, string | null, boolean, string | null, string | null][];
  sessions: SeenSession[];
}

async function act(
  client: pg.Client,
  { meetingId }: Story,
  step: Exclude<Step, MeetingEvent>,
): Promise<void> {
  switch (step.kind) {
    case "schedule":
      await client.query(schedule, [meetingId, at(step.start)]);
      return;
    case "move":
      await client.query(move, [meetingId, at(step.from), at(step.to)]);
      return;
    case "close":
      await client.query("select private.close_forgotten_meetings($1)", [at(step.at)]);
      return;
    case "enrol":
      await client.query(enrol, [meetingId]);
      return;
    case "zoom_report": {
      const stays = JSON.stringify(step.stays);
      await client.query("select public.note_zoom_stays($1, $2)", [step.instance, stays]);
    }
  }
}

/** Plays steps with people who have just signed up, then rolls everything back. */
export async function play(client: pg.Client, story: Story, steps: readonly Step[]): Promise<Seen> {
  await client.query("begin");
  try {
    await client.query(people, [story.meetingId]);
    let events: MeetingEvent[] = [];
    const flush = async () => {
      const { rows } = await client.query<{ status: string }>(ingest, [JSON.stringify(events)]);
      expect(rows.map(({ status }) => status)).not.toContain("deferred");
      events = [];
    };
    for (const step of steps) {
      if (!isDone(step)) {
        events.push(step);
        continue;
      }
      await flush();
      await act(client, story, step);
    }
    await flush();
    // Enrols now the people whose enrolment came before the class existed; the rest of the roster is there already.
    await client.query(enrol, [story.meetingId]);
    const { rows } = await client.query<{ seen: Seen }>(snapshot, [story.meetingId]);
    const [row] = rows;
    if (!row) throw new Error("no snapshot");
    return row.seen;
  } finally {
    await client.query("rollback");
  }
}

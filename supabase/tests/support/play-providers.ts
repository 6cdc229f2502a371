import type pg from "pg";
import { expect } from "vitest";
import type { MeetingEvent, MeetingProvider } from "../../../shared/classes/meeting-event.ts";
import { at, type Story } from "./class-story.ts";
import {
  addressOf,
  type GoogleMeetAnswer,
  type GoogleMeetStep,
  recordOf,
  reportOf,
  spaceOf,
  userKeyOf,
  zoomEvents,
} from "./google-meet-story.ts";

const people = `
  insert into auth.users (id, email, email_confirmed_at)
  select gen_random_uuid(), who || '-' || $1 || '@story.example', now()
  from unnest('{host,s0,s1,s2,s3}'::text[]) who`;
const schedule = `
  insert into public.live_classes (host_id, title, provider, meeting_id, scheduled_start, duration_minutes)
  select p.id, 'Class of ' || s.start::text, $2::public.meeting_provider, $3, s.start::timestamptz, 60
  from public.profiles p, unnest($4::text[]) s (start) where p.email = 'host-' || $1 || '@story.example'`;
const enrol = `
  insert into public.class_enrollments (live_class_id, profile_id)
  select c.id, p.id from public.live_classes c, public.profiles p
  where c.meeting_id = $2 and p.email ~ ('^s[0-9]-' || $1 || '@')`;
const ingest = `
  select public.ingest_event($1, gen_random_uuid()::text, e ->> 'kind', now(), '{}', e, 'test') ->> 'status' as status
  from jsonb_array_elements($2::jsonb) e`;
const report = `
  select private.note_google_meet_sessions(private.note_google_meet_conference($1, $2, $3, $4), $5, $6, now())`;

/** What a school sees of the story, whoever told it. */
const snapshot = `
  select jsonb_build_object(
    'classes', (select jsonb_agg(jsonb_build_object('title', c.title, 'status', c.status, 'started', c.actual_start_time,
        'ended', c.actual_end_time) order by c.title) from public.live_classes c where c.meeting_id = $1),
    'attendance', (select jsonb_agg(jsonb_build_object('class', c.title, 'who', f.email, 'status', a.status,
        'seconds', a.attended_seconds, 'share', a.share, 'first', a.first_join, 'last', a.last_leave) order by c.title, f.email)
      from public.class_attendance a join public.live_classes c on c.id = a.live_class_id
      join public.profiles f on f.id = a.profile_id where c.meeting_id = $1),
    'sessions', (select coalesce(jsonb_agg(jsonb_build_object('class', c.title, 'who', f.email, 'join', p.join_time,
        'leave', p.leave_time, 'until', s.effective_leave_time) order by c.title, f.email, p.join_time, p.leave_time,
        s.effective_leave_time), '[]')
      from public.meeting_participants p join public.meeting_sessions s on s.id = p.id
      join public.meeting_instances i on i.id = p.instance_id
      left join public.live_classes c on c.id = p.live_class_id left join public.profiles f on f.id = p.profile_id
      where i.meeting_id = $1)) as seen`;

async function tell(client: pg.Client, provider: MeetingProvider, events: MeetingEvent[]) {
  const { rows } = await client.query<{ status: string }>(ingest, [
    provider,
    JSON.stringify(events),
  ]);
  expect(rows.map(({ status }) => status)).not.toContain("deferred");
}

async function ask(client: pg.Client, story: Story, step: GoogleMeetAnswer): Promise<void> {
  const subject = addressOf(story, "host");
  if (step.kind === "report") {
    const { run, isPartial } = step;
    const endedAt = run.endedAt === null || isPartial ? null : at(run.endedAt);
    const sessions = JSON.stringify(reportOf(story, run, isPartial));
    const conference = [recordOf(run), spaceOf(story), at(run.startedAt), endedAt];
    await client.query(report, [...conference, subject, sessions]);
  } else {
    await client.query("select public.note_directory_answer($1, $2, $3)", [
      subject,
      userKeyOf(story, step.who),
      [addressOf(story, step.who === "host" ? "host" : step.who)],
    ]);
  }
}

/** Plays what a provider tells about two classes of one meeting and their people, then rolls everything back. */
async function play(
  client: pg.Client,
  story: Story,
  provider: MeetingProvider,
  happen: () => Promise<void>,
): Promise<unknown> {
  const meeting = provider === "zoom" ? story.meetingId : spaceOf(story);
  await client.query("begin");
  try {
    await client.query(people, [story.meetingId]);
    await client.query(schedule, [story.meetingId, provider, meeting, [at(0), at(90)]]);
    await client.query(enrol, [story.meetingId, meeting]);
    await happen();
    const { rows } = await client.query<{ seen: unknown }>(snapshot, [meeting]);
    return rows[0]?.seen;
  } finally {
    await client.query("rollback");
  }
}

/** What is seen of a story that Zoom tells, in order. */
export const playZoom = (client: pg.Client, story: Story) =>
  play(client, story, "zoom", () => tell(client, "zoom", zoomEvents(story)));

/** What is seen of a story that Google Meet tells in some way. */
export const playGoogleMeet = (client: pg.Client, story: Story, steps: readonly GoogleMeetStep[]) =>
  play(client, story, "google_meet", async () => {
    let events: MeetingEvent[] = [];
    for (const step of steps) {
      if (step.kind !== "report" && step.kind !== "directory") {
        events.push(step);
        continue;
      }
      await tell(client, "google_meet", events);
      events = [];
      await ask(client, story, step);
    }
    await tell(client, "google_meet", events);
  });

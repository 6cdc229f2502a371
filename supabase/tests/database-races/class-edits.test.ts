import { expect, it } from "vitest";
import { ingestZoom, retryFailed } from "../support/class-races.ts";
import { database, sql } from "../support/database.ts";
import type { Work } from "../support/two-connections.ts";
import { newMeetingId } from "../support/zoom.ts";

const ROUNDS = 15;
const pick = (count: number) => Math.floor(Math.random() * count);
const minute = (offset: number) => new Date(Date.UTC(2026, 2, 2, 10, offset)).toISOString();

/** Runs something again and again on a connection of its own; says how often it had to give way to another. */
async function repeatedly(act: Work) {
  const client = await database().connect();
  let deadlocks = 0;
  try {
    for (let round = 0; round < ROUNDS; round++) {
      await act(client).catch((error: unknown) => {
        const isDeadlock = error instanceof Error && "code" in error && error.code === "40P01";
        if (!isDeadlock) throw error;
        deadlocks++;
      });
    }
  } finally {
    client.release();
  }
  return deadlocks;
}

it("classes that are moved and rosters that are set while their meetings run end as their facts say", async () => {
  const meetingId = newMeetingId();
  const titles = ["first", "second", "third"];
  await sql(
    `insert into auth.users (id, email, email_confirmed_at)
     select gen_random_uuid(), 's' || n || '-' || $1 || '@races.example', now() from generate_series(0, 4) n`,
    [meetingId],
  );
  await sql(
    `insert into public.live_classes (host_id, title, meeting_id, scheduled_start, duration_minutes)
     select p.id, title, $1, $2, 60 from unnest($3::text[]) title, public.profiles p where p.email = 's0-' || $1 || '@races.example'`,
    [meetingId, minute(0), titles],
  );
  const move = () =>
    repeatedly((client) =>
      client.query(
        "update public.live_classes set scheduled_start = $3 where meeting_id = $1 and title = $2",
        [meetingId, titles[pick(titles.length)], minute(pick(400) - 200)],
      ),
    );
  const enrol = () =>
    repeatedly((client) =>
      client.query(
        `select private.set_enrollments((select id from public.live_classes where meeting_id = $1 and title = $2),
           array(select id from public.profiles where email ~ ('^s[1-4]-' || $1 || '@races') and random() < 0.5))
         from (select set_config('request.jwt.claims', '{"role": "service_role"}', false)) as caller`,
        [meetingId, titles[pick(titles.length)]],
      ),
    );
  const tell = () =>
    repeatedly((client) => {
      const key = `${meetingId}-${pick(5)}`;
      const instance = { key, meeting_id: meetingId };
      const started_at = minute(key.charCodeAt(key.length - 1) * 7 - 400);
      const event =
        pick(3) === 0
          ? { kind: "meeting_ended", instance, started_at, ended_at: minute(pick(90)) }
          : {
              kind: "participant_joined",
              instance,
              started_at,
              session: {
                key: String(pick(6)),
                joined_at: minute(5),
                email: `s${1 + pick(4)}-${meetingId}@races.example`,
              },
            };
      return ingestZoom(client, event);
    });
  const deadlocks = await Promise.all([move(), move(), enrol(), tell(), tell(), tell()]);
  await retryFailed(meetingId);

  const wrong = await sql(
    `select i.instance_key, 'class' as what from public.meeting_instances i
     where i.meeting_id = $1 and i.live_class_id is distinct from private.match_class('zoom', i.meeting_id, i.host_key, i.started_at,
       i.live_class_id, i.ended_at is not null)
     union all
     select p.session_key, 'class of session' from public.meeting_participants p join public.meeting_instances i on i.id = p.instance_id
     where i.meeting_id = $1 and p.live_class_id is distinct from i.live_class_id
     union all
     select p.session_key, 'person' from public.meeting_participants p join public.meeting_instances i on i.id = p.instance_id
     left join lateral private.match_person(i.live_class_id, 'zoom', null, null, null, p.user_email) m on true
     where i.meeting_id = $1 and p.profile_id is distinct from m.profile_id
     union all
     select c.title, 'status' from public.live_classes c
     left join lateral (select count(*) as runs, count(*) filter (where ended_at is null) as open
       from public.meeting_instances where live_class_id = c.id) i on true
     where c.meeting_id = $1 and c.status::text <> case when i.open > 0 then 'ongoing' when i.runs > 0 then 'completed' else 'scheduled' end`,
    [meetingId],
  );
  expect(wrong).toEqual([]);
  expect(deadlocks.reduce((sum, count) => sum + count)).toBeLessThan(ROUNDS);
});

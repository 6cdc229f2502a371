import { expect, it } from "vitest";
import { hostIdOf } from "../../../tools/simulate/zoom.ts";
import { sql } from "../support/database.ts";
import { createUser } from "../support/users.ts";
import { knowHost, newMeetingId } from "../support/zoom.ts";

const CLASSES = 8;
const ROUNDS = 6;
const hour = (n: number, minutes = 0) => new Date(Date.UTC(2012, 2, 2, n, minutes)).toISOString();

it("a teacher moves the classes of a recurring meeting and sets their rosters all at once over REST, and nothing is refused", async () => {
  const [teacher, student] = await Promise.all([createUser("teacher"), createUser()]);
  const meetingId = newMeetingId();
  await knowHost(teacher, meetingId);
  const { data: classes, error } = await teacher.client
    .from("live_classes")
    .insert(
      Array.from({ length: CLASSES }, (_, i) => ({
        title: `Lesson ${i}`,
        meeting_id: meetingId,
        scheduled_start: hour(i),
        duration_minutes: 60,
      })),
    )
    .select("id");
  if (error) throw error;
  await sql(
    `select private.note_instance('zoom', jsonb_build_object('key', $1 || n::text, 'meeting_id', $1, 'host_key', $4::text),
       $2::timestamptz + n * interval '1 hour', 'start_event', $2::timestamptz + (n + 0.5) * interval '1 hour')
     from generate_series(0, $3::integer - 1) n`,
    [meetingId, hour(0), CLASSES, hostIdOf(meetingId)],
  );
  const refused: unknown[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    // Each takes the place of another, so that every meeting changes hands.
    const moves = classes.map(({ id }, i) =>
      teacher.client
        .from("live_classes")
        .update({ scheduled_start: hour((i * 3 + round) % CLASSES, round) })
        .eq("id", id),
    );
    const rosters = classes.map(({ id: p_class_id }, i) =>
      teacher.client.rpc("set_enrollments", {
        p_class_id,
        p_student_ids: (i + round) % 2 === 0 ? [student.id] : [],
      }),
    );
    for (const { error } of await Promise.all([...moves, ...rosters])) {
      if (error) refused.push(error);
    }
  }
  expect(refused).toEqual([]);
  const wrong = await sql(
    `select i.instance_key from public.meeting_instances i
     where i.meeting_id = $1 and i.live_class_id is distinct from private.match_class('zoom', i.meeting_id, i.host_key, i.started_at,
       i.live_class_id, i.ended_at is not null)
     union all
     select c.title from public.live_classes c where c.meeting_id = $1 and c.actual_end_time is distinct from
       (select max(i.ended_at) from public.meeting_instances i where i.live_class_id = c.id)`,
    [meetingId],
  );
  expect(wrong).toEqual([]);
});

import fc from "fast-check";
import { expect, it } from "vitest";
import type { MeetingEvent } from "../../../../shared/classes/meeting-event.ts";
import { hostIdOf } from "../../../../tools/simulate/zoom.ts";
import { at, type Story, stories, tellings } from "../../support/class-story.ts";
import { sql, sqlOne } from "../../support/database.ts";
import { createUser } from "../../support/users.ts";
import { newMeetingId, scheduleClass, tellZoom } from "../../support/zoom.ts";

/** The event as Zoom would send it, about a meeting of another number. */
function toZoom(event: MeetingEvent, meetingId: string): object {
  if (!("instance" in event)) throw new Error(`${event.kind} is no event of a run`);
  const session = "session" in event ? event.session : null;
  const object = {
    id: meetingId,
    uuid: `${meetingId}:${event.instance.key.split("/").at(-1)}`,
    host_id: hostIdOf(meetingId),
    topic: event.instance.title,
    start_time: "started_at" in event ? event.started_at : "",
    ...("ended_at" in event ? { end_time: event.ended_at } : {}),
    ...(session && {
      participant: {
        participant_uuid: session.key.split("/").at(-1),
        user_name: session.name,
        email: session.email ?? "",
        join_time: session.joined_at ?? "",
        leave_time: session.left_at ?? "",
      },
    }),
  };
  const type = event.kind.startsWith("participant")
    ? `meeting.${event.kind}`
    : event.kind.replace("_", ".");
  return { event: type, event_ts: Date.parse(event.occurred_at), payload: { object } };
}

const snapshot = `
  select jsonb_build_object(
    'class', (select jsonb_build_array(status, actual_start_time, actual_end_time) from public.live_classes where meeting_id = $1),
    'sessions', (select jsonb_agg(jsonb_build_array(session_key, p.live_class_id is null, user_name, join_time, leave_time) order by session_key)
      from public.meeting_participants p join public.meeting_instances i on i.id = p.instance_id where i.meeting_id = $1)) as seen`;

async function tellOverHttp(events: MeetingEvent[], isAtOnce: boolean): Promise<unknown> {
  const meetingId = newMeetingId();
  await scheduleClass(await createUser("teacher"), [], meetingId, new Date(at(0)));
  const tell = (event: MeetingEvent) => tellZoom(toZoom(event, meetingId));
  const words = isAtOnce ? await Promise.all(events.map(tell)) : [];
  if (!isAtOnce) for (const event of events) words.push(await tell(event));
  expect(words.filter((word) => !["applied", "duplicate", "deferred"].includes(word))).toEqual([]);
  // On a busy machine a crowd may wait too long for its class; what is deferred is applied by the job.
  await sql(
    `select private.attempt_event(id, event, now()) from public.webhook_events
     where status = 'failed' and event -> 'instance' ->> 'meeting_id' = $1`,
    [meetingId],
  );
  return (await sqlOne(snapshot, [meetingId])).seen;
}

const cases: fc.Arbitrary<[Story, MeetingEvent[], MeetingEvent[]]> = stories.chain((story) =>
  fc.tuple(fc.constant(story), tellings(story.events), tellings(story.events)),
);

it.each(fc.sample(cases, 4).map((one, i): [number, typeof one] => [i + 1, one]))(
  "random class %i ends alike, told one by one or all at once, with duplicates",
  async (_, [story, one, other]) => {
    const first = await tellOverHttp(one, false);
    expect(await tellOverHttp(other, true), JSON.stringify(story.runs)).toEqual(first);
  },
);

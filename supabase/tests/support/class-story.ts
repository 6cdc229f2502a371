import fc from "fast-check";
import type { Instance, MeetingEvent, Session } from "../../../shared/classes/meeting-event.ts";

const STUDENTS = 4;
const BASE = Date.UTC(2026, 2, 2, 10);
const MINUTE = 60_000;

/** Minutes after 10:00 of the story's day, as ISO 8601. */
export const at = (minutes: number): string => new Date(BASE + minutes * MINUTE).toISOString();

/** One entry of one device: a re-join and a second device are further ones. */
export interface StorySession {
  readonly key: string;
  /** Index of a student, "host", or "guest": a guest has a name only, and may share it. */
  readonly who: number | "host" | "guest";
  readonly joinedAt: number | null;
  readonly leftAt: number | null;
}

/** One run of the meeting; a restart is a further one. */
export interface StoryRun {
  readonly key: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** Whether the meeting's own start event is ever delivered. */
  readonly isStartTold: boolean;
  readonly sessions: readonly StorySession[];
}

export interface Story {
  readonly meetingId: string;
  readonly runs: readonly StoryRun[];
  readonly events: readonly MeetingEvent[];
}

const session = (key: string) =>
  fc
    .record({
      who: fc.oneof(
        fc.nat(STUDENTS - 1),
        fc.constant("host" as const),
        fc.constant("guest" as const),
      ),
      joinedAt: fc.option(fc.integer({ min: -10, max: 80 }), { freq: 8 }),
      stay: fc.option(fc.integer({ min: -3, max: 90 }), { freq: 5 }),
    })
    .filter(({ joinedAt, stay }) => joinedAt !== null || stay !== null)
    .map(({ who, joinedAt, stay }): StorySession => {
      const leftAt = stay === null ? null : (joinedAt ?? 20) + stay;
      return { key, who, joinedAt, leftAt };
    });

const run = (key: string) =>
  fc
    .record({
      startedAt: fc.integer({ min: -40, max: 200 }),
      lasts: fc.option(fc.integer({ min: 1, max: 120 }), { freq: 4 }),
      isStartTold: fc.boolean(),
      sessions: fc
        .integer({ min: 1, max: 6 })
        .chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => session(`${key}-s${i}`)))),
    })
    .map(
      ({ startedAt, lasts, isStartTold, sessions }): StoryRun => ({
        key,
        startedAt,
        endedAt: lasts === null ? null : startedAt + lasts,
        isStartTold,
        sessions: sessions.map((one) => ({
          ...one,
          joinedAt: one.joinedAt === null ? null : startedAt + one.joinedAt,
          leftAt: one.leftAt === null ? null : startedAt + one.leftAt,
        })),
      }),
    );

/** The confirmed address that a person signed up with; a guest has none. */
export const emailOf = (meetingId: string, who: StorySession["who"]): string | null => {
  if (who === "guest") return null;
  return who === "host" ? `host-${meetingId}@story.example` : `s${who}-${meetingId}@story.example`;
};

function sessionOf(meetingId: string, one: StorySession): Session {
  return {
    key: one.key,
    name: one.who === "guest" ? "iPhone" : `Person ${one.who}`,
    email: emailOf(meetingId, one.who),
    provider_user_id: null,
    handle: `h-${one.key}`,
    registrant_key: null,
    customer_key: null,
    joined_at: null,
    left_at: null,
  };
}

/** Everything that a provider could tell about a run. */
function eventsOf(meetingId: string, story: StoryRun): MeetingEvent[] {
  const instance: Instance = {
    key: story.key,
    meeting_id: meetingId,
    host_key: "host-key",
    title: "Algebra",
  };
  const startedAt = at(story.startedAt - 2);
  const events: MeetingEvent[] = story.sessions.flatMap((one) => {
    const known = sessionOf(meetingId, one);
    const told = {
      provider: "zoom",
      occurred_at: startedAt,
      instance,
      started_at: startedAt,
    } as const;
    const joined = one.joinedAt === null ? [] : [{ ...known, joined_at: at(one.joinedAt) }];
    const left = one.leftAt === null ? [] : [{ ...known, left_at: at(one.leftAt) }];
    return [
      ...joined.map((s): MeetingEvent => ({ ...told, kind: "participant_joined", session: s })),
      ...left.map((s): MeetingEvent => ({ ...told, kind: "participant_left", session: s })),
    ];
  });
  const told = {
    provider: "zoom",
    occurred_at: startedAt,
    instance,
    started_at: startedAt,
  } as const;
  const startOf = (minutes: number) => ({ ...told, started_at: at(minutes) });
  if (story.isStartTold) events.push({ ...startOf(story.startedAt), kind: "meeting_started" });
  if (story.endedAt !== null) {
    const ended_at = at(story.endedAt);
    events.push({ ...startOf(story.startedAt - 1), kind: "meeting_ended", ended_at });
  }
  return events;
}

/** When a run started, as far as it was told: participants' events and the end say it less exactly. */
export function toldStart({ isStartTold, startedAt, endedAt }: StoryRun): number {
  if (isStartTold) return startedAt;
  return endedAt === null ? startedAt - 2 : startedAt - 1;
}

let lastMeeting = 80_000_000_000 + (Date.now() % 1_000_000) * 1_000;

/** Random classes: re-joins, several devices, restarts, late leaves, leaves without a join, ends that nobody tells. */
export const stories: fc.Arbitrary<Story> = fc
  .integer({ min: 1, max: 3 })
  .chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => run(`run${i}`))))
  .map((runs) => {
    const meetingId = String(++lastMeeting);
    const named = runs.map((one): StoryRun => ({ ...one, key: `${meetingId}/${one.key}` }));
    return { meetingId, runs: named, events: named.flatMap((one) => eventsOf(meetingId, one)) };
  });

/** The same events in another order, some of them several times. */
export const tellings = <Event>(events: readonly Event[]): fc.Arbitrary<Event[]> =>
  fc
    .array(fc.nat(2), { minLength: events.length, maxLength: events.length })
    .map((extra) =>
      events.flatMap((event, i) => Array.from({ length: 1 + (extra[i] ?? 0) }, () => event)),
    )
    .chain((all) => fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }));

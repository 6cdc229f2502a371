import fc from "fast-check";
import type { Instance, MeetingEvent, Session } from "../../../shared/classes/meeting-event.ts";
import { at, emailOf, type Story, type StoryRun, type StorySession } from "./class-story.ts";

const told = (minutes: number, seconds = 0): string =>
  new Date(Date.parse(at(minutes)) + seconds * 1_000).toISOString();

/** The same story as Zoom tells it, with the exact start in every event that has one. */
export function zoomEvents({ runs, events }: Story): MeetingEvent[] {
  const starts = new Map(runs.map(({ key, startedAt }) => [key, at(startedAt)]));
  return events.map((event) => {
    if (!("started_at" in event) || !("instance" in event)) return event;
    const started_at = starts.get(event.instance.key) ?? event.started_at;
    return started_at === null ? event : { ...event, started_at };
  });
}

/** An answer of Meet's API or of the Directory. */
export type GoogleMeetAnswer =
  | { kind: "report"; run: StoryRun; isPartial: boolean }
  | { kind: "directory"; who: StorySession["who"] };

/** What happens to a class on Google Meet. */
export type GoogleMeetStep = MeetingEvent | GoogleMeetAnswer;

export const spaceOf = ({ meetingId }: Story): string => `spaces/${meetingId}`;
export const recordOf = ({ key }: StoryRun): string =>
  `conferenceRecords/${key.replaceAll("/", "-")}`;
export const userKeyOf = (story: Story, who: StorySession["who"]): string | null =>
  who === "guest" ? null : `${story.meetingId}-${who}`;
const sessionName = (run: StoryRun, { key, who }: StorySession): string =>
  `${recordOf(run)}/participants/${who}/participantSessions/${key}`;

/** Every event that Google Meet could push about a run, each a little after it happened. */
function googleMeetEvents(story: Story, run: StoryRun, lateSeconds: number): MeetingEvent[] {
  const instance: Instance = {
    key: recordOf(run),
    meeting_id: spaceOf(story),
    host_key: null,
    title: null,
  };
  const provider = "google_meet" as const;
  const common = { provider, occurred_at: at(0), instance };
  const presence = run.sessions.flatMap((one): MeetingEvent[] => {
    const session: Session = {
      key: sessionName(run, one),
      name: null,
      email: null,
      provider_user_id: null,
      handle: null,
      registrant_key: null,
      customer_key: null,
      joined_at: null,
      left_at: null,
    };
    const seen = { ...common, started_at: null };
    const { joinedAt, leftAt } = one;
    return [
      ...(joinedAt === null
        ? []
        : [
            {
              ...seen,
              kind: "participant_joined" as const,
              session: { ...session, joined_at: told(joinedAt, lateSeconds) },
            },
          ]),
      ...(leftAt === null
        ? []
        : [
            {
              ...seen,
              kind: "participant_left" as const,
              session: { ...session, left_at: told(leftAt, lateSeconds) },
            },
          ]),
    ];
  });
  const { startedAt, endedAt, isStartTold } = run;
  return [
    ...presence,
    ...(isStartTold
      ? [{ ...common, kind: "meeting_started" as const, started_at: told(startedAt, lateSeconds) }]
      : []),
    ...(endedAt === null
      ? []
      : [
          {
            ...common,
            kind: "meeting_ended" as const,
            started_at: null,
            ended_at: told(endedAt, lateSeconds),
          },
        ]),
  ];
}

/**
 * One way in which Google Meet tells a story: events are late, lost, repeated and in any order, and answers of its
 * API come before, between or after them, some while the meeting still runs.
 */
export function googleMeetTellings(story: Story): fc.Arbitrary<GoogleMeetStep[]> {
  const events = fc
    .nat(9)
    .map((late) => story.runs.flatMap((run) => googleMeetEvents(story, run, late)))
    .chain((all) =>
      fc
        .array(fc.nat(4), { minLength: all.length, maxLength: all.length })
        .map((copies) =>
          all.flatMap((event, i): GoogleMeetStep[] =>
            Array.from({ length: Math.max((copies[i] ?? 1) - 1, 0) }, () => event),
          ),
        ),
    );
  const answers: GoogleMeetStep[] = [
    ...story.runs.flatMap((run): GoogleMeetStep[] => [
      { kind: "report", run, isPartial: false },
      { kind: "report", run, isPartial: true },
    ]),
    ...([0, 1, 2, 3, "host"] as const).map((who): GoogleMeetStep => ({ kind: "directory", who })),
  ];
  return events
    .map((all) => [...all, ...answers])
    .chain((all) => fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }));
}

/** The sessions of a run as Meet's API answers them, now or while it still ran. */
export function reportOf(story: Story, run: StoryRun, isPartial: boolean): object[] {
  return run.sessions.map((one) => ({
    key: sessionName(run, one),
    name: one.who === "guest" ? "iPhone" : `Person ${one.who}`,
    user_key: userKeyOf(story, one.who),
    joined_at: at(one.joinedAt ?? 0),
    left_at: one.leftAt === null || isPartial ? null : at(one.leftAt),
  }));
}

export const addressOf = (story: Story, who: StorySession["who"]): string | null =>
  emailOf(story.meetingId, who);

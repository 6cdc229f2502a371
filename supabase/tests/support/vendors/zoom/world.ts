import { randomUUID } from "node:crypto";
import { z } from "zod";

const Stay = z.object({
  id: z.string().default(""),
  name: z.string(),
  user_id: z.string(),
  user_email: z.string().default(""),
  registrant_id: z.string().exactOptional(),
  join_time: z.string(),
  leave_time: z.string(),
  status: z.enum(["in_meeting", "in_waiting_room"]).default("in_meeting"),
});
const File = z.object({ id: z.string(), download_url: z.string() });
const Recording = z.object({
  uuid: z.string(),
  files: z.array(File),
  /** Whether Zoom hands out a token to fetch them with. */
  has_token: z.boolean().default(true),
});

const Meeting = z.object({
  id: z.string(),
  is_live: z.boolean(),
  /** Known as a past meeting only. */
  is_past: z.boolean().default(false),
  host: z.object({ id: z.string(), email: z.string() }).exactOptional(),
});

/** What a test puts into Zoom: numbers and uuids of its own, so that files do not disturb each other. */
export const Facts = z.object({
  meetings: z.array(Meeting).default([]),
  recordings: z.array(Recording).default([]),
  /** Meetings that have ended and whose record is there. */
  past: z.array(z.object({ uuid: z.string(), stays: z.array(Stay) })).default([]),
});
export type CloudFacts = z.input<typeof Facts>;

/** A failure on demand, for requests whose line `<METHOD> <path>?<query>`, decoded, contains `match`. */
export const Failure = z.object({
  match: z.string().min(6),
  status: z.number(),
  /** Zoom's own number. */
  code: z.number().exactOptional(),
  retryAfter: z.string().exactOptional(),
  /** How often; for ever when left out. */
  times: z.number().exactOptional(),
  /** What is answered instead of an error as Zoom writes them. */
  body: z.string().exactOptional(),
  /** Nothing is answered at all. */
  isSilent: z.boolean().exactOptional(),
});
export type CloudFailure = z.infer<typeof Failure>;

export interface CloudRequest {
  readonly line: string;
  /** Which of the tokens it carried, counted from 0; -1 for none that is known. */
  readonly token: number;
  readonly body: string;
}

/** Everything the loopback Zoom knows. */
export class World {
  readonly meetings = new Map<string, z.output<typeof Meeting>>();
  readonly recordings = new Map<string, z.output<typeof Recording>>();
  readonly past = new Map<string, readonly z.output<typeof Stay>[]>();
  readonly tokens: string[] = [];
  readonly requests: CloudRequest[] = [];
  failures: CloudFailure[] = [];

  learn(facts: z.output<typeof Facts>): void {
    for (const meeting of facts.meetings) this.meetings.set(meeting.id, meeting);
    for (const one of facts.recordings) this.recordings.set(one.uuid, one);
    for (const { uuid, stays } of facts.past) this.past.set(uuid, stays);
  }

  issueToken(): string {
    const token = `zoom-access-${randomUUID()}`;
    this.tokens.push(token);
    return token;
  }

  /** Notes a request and returns the failure that it meets, if any. */
  meet(request: CloudRequest): CloudFailure | undefined {
    this.requests.push(request);
    const failure = this.failures.find(
      ({ match, times }) => times !== 0 && request.line.includes(match),
    );
    if (failure?.times !== undefined) failure.times -= 1;
    return failure;
  }
}

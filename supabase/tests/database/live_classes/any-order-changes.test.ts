import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MeetingEvent } from "../../../../shared/classes/meeting-event.ts";
import { at, type Story, stories, tellings } from "../../support/class-story.ts";
import { play } from "../../support/play-story.ts";
import { testDatabaseUrl } from "../../support/resources.ts";

const RUNS = 25;
const client = new pg.Client({ connectionString: testDatabaseUrl() });
beforeAll(() => client.connect());
afterAll(() => client.end());

const starts = fc.integer({ min: 0, max: 3 }).map((n) => n * 10);
const told = (story: Story, minute: number) => ({
  provider: "zoom" as const,
  occurred_at: at(minute),
  meeting_id: story.meetingId,
  changed_at: at(minute),
});

type Change = (story: Story) => MeetingEvent;

const updates: fc.Arbitrary<Change> = fc
  .record({
    minute: fc.integer({ min: -500, max: -100 }),
    from: starts,
    to: starts,
    title: fc.option(fc.constantFrom("A", "B", "C"), { nil: undefined }),
    is_for_all: fc.boolean(),
  })
  .map(({ minute, from, to, title, is_for_all }) => (story) => ({
    ...told(story, minute),
    kind: "meeting_updated",
    previous_start: at(from),
    is_for_all,
    changes: { scheduled_start: at(to), ...(title ? { title } : {}) },
  }));

const deletions: fc.Arbitrary<Change> = fc
  .record({
    kind: fc.constantFrom("meeting_deleted" as const, "meeting_recovered" as const),
    minute: fc.integer({ min: -500, max: -100 }),
    isForAll: fc.boolean(),
  })
  .map(({ kind, minute, isForAll }) => (story) => ({
    ...told(story, minute),
    kind,
    occurrences: isForAll ? null : [at(0)],
  }));

/** A class that is told about, and changed, in two orders. */
const changed = (changes: fc.Arbitrary<Change>) =>
  fc
    .tuple(stories, fc.array(changes, { minLength: 2, maxLength: 5 }))
    .map(([story, list]) => ({
      ...story,
      events: [...story.events, ...list.map((change) => change(story))],
    }))
    .chain((story) => fc.tuple(fc.constant(story), tellings(story.events), tellings(story.events)));

async function endsAlike(changes: fc.Arbitrary<Change>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(changed(changes), async ([story, one, other]) => {
      const first = await play(client, story, [{ kind: "schedule", start: 0 }, ...one]);
      expect(await play(client, story, [{ kind: "schedule", start: 0 }, ...other])).toEqual(first);
    }),
    { numRuns: RUNS },
  );
}

describe("a class is what was last said about its plan, in any order and any number", () => {
  it("moves and renamings end alike", () => endsAlike(updates));
  it("deletions and recoveries end alike", () => endsAlike(deletions));
});

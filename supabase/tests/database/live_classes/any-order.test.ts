import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  at,
  emailOf,
  type StoryRun,
  stories,
  tellings,
  toldStart,
} from "../../support/class-story.ts";
import { play, type Step } from "../../support/play-story.ts";
import { testDatabaseUrl } from "../../support/resources.ts";

const RUNS = 25;
const client = new pg.Client({ connectionString: testDatabaseUrl() });
beforeAll(() => client.connect());
afterAll(() => client.end());

const scheduled: Step[] = [
  { kind: "schedule", start: 0 },
  { kind: "schedule", start: 90 },
  { kind: "enrol" },
];
/** Whether a run belongs to a class of 60 minutes at 10:00: from 30 minutes before it to 120 after its end. */
const isOfClass = (run: StoryRun) => toldStart(run) >= -30 && toldStart(run) <= 180;
const instant = (told: string | null | undefined) => (told ? Date.parse(told) : null);
const time = (minutes: number | null) => (minutes === null ? null : Date.parse(at(minutes)));

describe("a class is what its events say, in any order and any number", () => {
  it("events in two orders, with any duplicates, give the same rows", async () => {
    const cases = stories.chain((story) =>
      fc.tuple(fc.constant(story), tellings(story.events), tellings(story.events)),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([story, one, other]) => {
        expect(await play(client, story, [...scheduled, ...one])).toEqual(
          await play(client, story, [...scheduled, ...other]),
        );
      }),
      { numRuns: RUNS },
    );
  });

  it("a class or a roster that is made late ends like one that was there before", async () => {
    const cases = stories.chain((story) =>
      fc.tuple(
        fc.constant(story),
        tellings([...story.events, ...scheduled.slice(0, 2), { kind: "enrol" } as const]),
      ),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([story, steps]) => {
        const once = steps.filter(
          (step, i) => step.kind !== "schedule" || steps.indexOf(step) === i,
        );
        expect(await play(client, story, once)).toEqual(
          await play(client, story, [...scheduled, ...story.events]),
        );
      }),
      { numRuns: RUNS },
    );
  });

  it("every session is there once, with its own times and its own person", async () => {
    const cases = stories.chain((story) => fc.tuple(fc.constant(story), tellings(story.events)));
    await fc.assert(
      fc.asyncProperty(cases, async ([story, telling]) => {
        const seen = await play(client, story, [
          { kind: "schedule", start: 0 },
          { kind: "enrol" },
          ...telling,
        ]);
        const expected = story.runs.flatMap((run) =>
          run.sessions.map(({ key, who, joinedAt, leftAt }) => ({
            key,
            email: isOfClass(run) ? emailOf(story.meetingId, who) : null,
            join: time(joinedAt),
            leave: time(leftAt),
          })),
        );
        const told = seen.sessions.map(({ key, email, join, leave }) => ({
          key,
          email,
          join: instant(join),
          leave: instant(leave),
        }));
        expect(told).toEqual(expected);
      }),
      { numRuns: RUNS },
    );
  });

  it("the status is ongoing while a run of the class is open, completed when all have ended", async () => {
    const cases = stories.chain((story) => fc.tuple(fc.constant(story), tellings(story.events)));
    await fc.assert(
      fc.asyncProperty(cases, async ([story, telling]) => {
        const seen = await play(client, story, [{ kind: "schedule", start: 0 }, ...telling]);
        const own = story.runs.filter(isOfClass);
        const isOpen = own.some(({ endedAt }) => endedAt === null);
        const status = own.length === 0 ? "scheduled" : isOpen ? "ongoing" : "completed";
        const started = own.length === 0 ? null : time(Math.min(...own.map(toldStart)));
        expect(seen.classes).toHaveLength(1);
        expect(seen.classes[0]?.status).toBe(status);
        expect(instant(seen.classes[0]?.started)).toBe(started);
      }),
      { numRuns: RUNS },
    );
  });
});

import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { at, type StoryRun, stories, tellings, toldStart } from "../../support/class-story.ts";
import { play, type Step } from "../../support/play-story.ts";
import { testDatabaseUrl } from "../../support/resources.ts";
import { reportsOf } from "../../support/zoom-reports.ts";

const RUNS = 15;
const client = new pg.Client({ connectionString: testDatabaseUrl() });
beforeAll(() => client.connect());
afterAll(() => client.end());

const DAY = 24 * 60;
const scheduled: Step[] = [{ kind: "schedule", start: 0 }, { kind: "enrol" }];
/** The job once all is silent: what it leaves open is nobody's. */
const last: Step = { kind: "close", at: DAY };
/** The job while things happen: before it may, while somebody may still be there, and long after. */
const closes = fc.array(
  fc
    .constantFrom(100, 190, 300, 400, 600, DAY)
    .map((minute): Step => ({ kind: "close", at: minute })),
  { maxLength: 5 },
);
const told = (minutes: number) => Date.parse(at(minutes));

/** A run of the class, by its start; the class is an hour from 10:00, or from 10:20 once it was moved. */
const isOfClass = (run: StoryRun) => toldStart(run) >= -30 && toldStart(run) <= 180;

it("a class ends alike whether an end was assumed before, between or after what was told, or never", async () => {
  const cases = stories
    // A report tells of runs that are known; those without any event are no part of this.
    .filter(({ runs, events }) =>
      runs.every(({ key }) => events.some((e) => "instance" in e && e.instance.key === key)),
    )
    .chain((story) => {
      const first = story.runs.flatMap(
        ({ key }) => story.events.find((e) => "instance" in e && e.instance.key === key) ?? [],
      );
      return closes.chain((jobs) => {
        const rest: Step[] = [...story.events, ...reportsOf(story), ...jobs];
        return fc.tuple(
          fc.constant(story),
          fc.constant([...scheduled, ...first, ...story.events, ...reportsOf(story), last]),
          tellings(rest).map((steps) => [...scheduled, ...first, ...steps, last]),
        );
      });
    });
  await fc.assert(
    fc.asyncProperty(cases, async ([story, inOrder, shuffled]) => {
      expect(await play(client, story, shuffled)).toEqual(await play(client, story, inOrder));
    }),
    { numRuns: RUNS },
  );
});

it("an assumed end follows a class that is made late or moved", async () => {
  const change = fc.constantFrom<Step[]>(
    [
      { kind: "schedule", start: 0 },
      { kind: "move", from: 0, to: 20 },
    ],
    [
      { kind: "schedule", start: 600 },
      { kind: "move", from: 600, to: 0 },
      { kind: "move", from: 0, to: 20 },
    ],
    [{ kind: "schedule", start: 20 }],
  );
  const cases = fc.tuple(stories, change, closes).chain(([story, changes, jobs]) =>
    fc.tuple(
      fc.constant(story),
      fc.constant(changes),
      // Changes keep their order, everything else has none.
      fc
        .tuple(
          tellings<Step>([...story.events, ...jobs]),
          fc.array(fc.nat(1_000), { minLength: 3, maxLength: 3 }),
        )
        .map(([steps, places]) => {
          const sorted = places
            .slice(0, changes.length)
            .map((place) => place % (steps.length + 1))
            .sort((a, b) => a - b);
          const made = [...steps];
          for (const [i, place] of sorted.entries()) {
            const one = changes[i];
            if (one) made.splice(place + i, 0, one);
          }
          return made;
        }),
    ),
  );
  await fc.assert(
    fc.asyncProperty(cases, async ([story, changes, steps]) => {
      const seen = await play(client, story, [...steps, { kind: "enrol" }, last]);
      const plain = [...changes, ...story.events];
      expect(seen).toEqual(await play(client, story, [...plain, { kind: "enrol" }, last]));
    }),
    { numRuns: RUNS },
  );
});

it("an end that was told is never the assumed one, and a meeting without one gets the last that is known", async () => {
  const cases = fc
    .tuple(stories, closes)
    .chain(([story, jobs]) =>
      fc.tuple(fc.constant(story), tellings<Step>([...story.events, ...jobs])),
    );
  await fc.assert(
    fc.asyncProperty(cases, async ([story, steps]) => {
      const { runs } = await play(client, story, [...scheduled, ...steps, last]);
      const ends = new Map(runs.map(([key, , , end, isAssumed]) => [key, { end, isAssumed }]));
      for (const run of story.runs) {
        const seen = ends.get(run.key);
        if (!seen) continue;
        const signs = run.sessions.flatMap(({ joinedAt, leftAt }) => [
          joinedAt ?? -DAY,
          leftAt ?? -DAY,
        ]);
        const silence = told(Math.max(toldStart(run), 60, ...signs));
        const isOpen = run.endedAt === null && !isOfClass(run);
        const end = run.endedAt === null ? silence : told(run.endedAt);
        expect({ ...seen, end: seen.end && Date.parse(seen.end) }).toEqual({
          end: isOpen ? null : end,
          isAssumed: run.endedAt === null && !isOpen,
        });
      }
    }),
    { numRuns: RUNS },
  );
});

import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { MeetingEvent } from "../../../../shared/classes/meeting-event.ts";
import { type Story, stories, tellings } from "../../support/class-story.ts";
import { play, type Step, type ZoomReport } from "../../support/play-story.ts";
import { testDatabaseUrl } from "../../support/resources.ts";
import { reportsOf } from "../../support/zoom-reports.ts";

const RUNS = 40;
const client = new pg.Client({ connectionString: testDatabaseUrl() });
beforeAll(() => client.connect());
afterAll(() => client.end());

type Told = MeetingEvent | ZoomReport;
const instanceOf = (step: Told) =>
  "instance" in step && typeof step.instance === "object" ? step.instance.key : null;

/** A report is asked for when its run is known: something of the run is told first. */
function begin(story: Story, told: Told[]): Step[] {
  const first = story.runs.flatMap(
    ({ key }) => story.events.find((event) => instanceOf(event) === key) ?? [],
  );
  return [{ kind: "schedule", start: 0 }, { kind: "enrol" }, ...first, ...told];
}

const cases = stories
  .filter(({ runs, events }) =>
    runs.every(({ key }) => events.some((event) => instanceOf(event) === key)),
  )
  .chain((story) =>
    // Some events are lost for good, alike in both tellings; the report is there in any case.
    fc
      .subarray([...story.events])
      .map((kept): [Story, Told[]] => [story, [...kept, ...reportsOf(story)]]),
  )
  .chain(([story, told]) => fc.tuple(fc.constant(story), tellings(told), tellings(told)));

it("events and Zoom's report make the same rows, whichever comes first", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ([story, one, other]) => {
      const first = await play(client, story, begin(story, one));
      expect(await play(client, story, begin(story, other))).toEqual(first);
      expect(first.sessions).toHaveLength(story.runs.flatMap(({ sessions }) => sessions).length);
    }),
    { numRuns: RUNS },
  );
});

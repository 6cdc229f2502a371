import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { stories } from "../../support/class-story.ts";
import { googleMeetTellings } from "../../support/google-meet-story.ts";
import { playGoogleMeet, playZoom } from "../../support/play-providers.ts";
import { testDatabaseUrl } from "../../support/resources.ts";

const RUNS = 20;
const client = new pg.Client({ connectionString: testDatabaseUrl() });
beforeAll(() => client.connect());
afterAll(() => client.end());

/** Meet's record has every join, so a stay without one exists with Zoom only. */
const common = stories.filter(({ runs }) =>
  runs.every(({ sessions }) => sessions.every(({ joinedAt }) => joinedAt !== null)),
);

it("the same class told by Zoom and by Meet is the same, however Meet tells it", async () => {
  const cases = common.chain((story) => fc.tuple(fc.constant(story), googleMeetTellings(story)));
  await fc.assert(
    fc.asyncProperty(cases, async ([story, telling]) => {
      expect(await playGoogleMeet(client, story, telling)).toEqual(await playZoom(client, story));
    }),
    { numRuns: RUNS },
  );
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sql } from "../../support/database.ts";
import { tellGoogleMeet } from "../../support/google-meet.ts";

const folder = process.env.PROVIDER_EXAMPLES;
const files = folder
  ? readdirSync(join(folder, "meet")).filter((name) => name.startsWith("push."))
  : [];

/** The example under an id of its own, so that the shared inbox does not know it. */
function example(file: string) {
  const push = JSON.parse(readFileSync(join(folder ?? "", "meet", file), "utf8"));
  push.message.attributes["ce-id"] += crypto.randomUUID();
  return push;
}

const expected: Readonly<Record<string, RegExp>> = {
  conference: /^applied$/,
  participant: /^applied$/,
  recording: /^(applied|deferred)$/,
  transcript: /^(applied|deferred|ignored)$/,
  smartNote: /^ignored$/,
};

describe.skipIf(!folder)("Google's own examples", () => {
  it.each(files)("%s is acknowledged and ends where it should", async (file) => {
    const [, resource = ""] = file.split(".");
    expect(await tellGoogleMeet(example(file))).toMatch(expected[resource] ?? /^$/);
  });

  it("a conference of theirs has its times, and a session with both of its own", async () => {
    for (const file of files) await tellGoogleMeet(example(file));
    const rows = await sql(
      `select i.meeting_id, i.started_at, i.ended_at, p.join_time, p.leave_time
       from public.meeting_instances i join public.meeting_participants p on p.instance_id = i.id
       where i.instance_key = 'conferenceRecords/kRyYx8b7vNDsLpR1tG_cNjFUQBoBRhHIMoGJAJkBCQ'`,
    );
    expect(rows).toEqual([
      {
        meeting_id: "spaces/jQCFfuBOdN5z",
        started_at: new Date("2026-04-23T15:11:36.260Z"),
        ended_at: new Date("2026-04-23T15:12:36.260Z"),
        join_time: new Date("2026-04-23T15:13:36.260Z"),
        leave_time: new Date("2026-04-23T15:14:36.260Z"),
      },
    ]);
  });
});

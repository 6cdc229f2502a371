import { beforeAll, expect, it } from "vitest";
import { participantUuid, ZoomRun } from "../../../../tools/simulate/zoom.ts";
import { database, sql, sqlOne } from "../../support/database.ts";
import { createUser, type TestUser } from "../../support/users.ts";
import { retryEvents } from "../../support/work.ts";
import {
  deliverZoom,
  inboxCount,
  newMeetingId,
  scheduleClass,
  tellZoom,
  wordOf,
} from "../../support/zoom.ts";

let teacher: TestUser;
beforeAll(async () => {
  teacher = await createUser("teacher");
});

it("the same delivery ten times at once is one row and one effect", async () => {
  const run = new ZoomRun(newMeetingId(), new Date());
  const body = JSON.stringify(run.joined({ participant_uuid: participantUuid() }, new Date()));
  const words = await Promise.all(
    Array.from({ length: 10 }, async () => wordOf(await deliverZoom(body))),
  );
  expect(words.filter((word) => word === "applied")).toHaveLength(1);
  expect(words.filter((word) => word === "duplicate")).toHaveLength(9);
  expect(await inboxCount(run.uuid)).toBe(1);
  const rows = await sql(
    "select from public.meeting_participants p join public.meeting_instances i on i.id = p.instance_id where i.instance_key = $1",
    [run.uuid],
  );
  expect(rows).toHaveLength(1);
});

it("while its class is locked, each delivery is deferred within 2 s and applied later", async () => {
  const start = new Date();
  const run = new ZoomRun(newMeetingId(), start);
  const classId = await scheduleClass(teacher, [], run.meetingId, start);
  const one = { participant_uuid: participantUuid(), email: teacher.email };
  const locker = await database().connect();
  try {
    await locker.query("begin");
    await locker.query("select from public.live_classes where id = $1 for update", [classId]);
    const answers = [run.started(), run.joined(one, start), run.ended(start)].map(async (event) => {
      const begun = performance.now();
      return { word: await tellZoom(event), ms: performance.now() - begun };
    });
    for (const { word, ms } of await Promise.all(answers)) {
      expect(word).toBe("deferred");
      expect(ms).toBeLessThan(2_000);
    }
  } finally {
    await locker.query("rollback");
    locker.release();
  }
  await retryEvents(120);
  const { data } = await teacher.client
    .from("live_classes")
    .select("status, meeting_participants(profile_id)")
    .eq("id", classId)
    .single();
  expect(data).toEqual({ status: "completed", meeting_participants: [{ profile_id: teacher.id }] });
});

it("a meeting that runs before its class is scheduled binds when it is, also when both happen at once", async () => {
  const runs = Array.from({ length: 8 }, () => new ZoomRun(newMeetingId(), new Date()));
  const classes = await Promise.all(
    runs.map(async (run) => {
      const [classId, word] = await Promise.all([
        scheduleClass(teacher, [], run.meetingId, run.startedAt),
        tellZoom(run.started()),
      ]);
      expect(word).toBe("applied");
      return classId;
    }),
  );
  const { ongoing } = await sqlOne<{ ongoing: number }>(
    "select count(*)::integer as ongoing from public.live_classes where id = any ($1) and status = 'ongoing'",
    [classes],
  );
  expect(ongoing).toBe(8);
});

import { beforeAll, expect, inject, it } from "vitest";
import { sql } from "../support/database.ts";
import { createUser } from "../support/users.ts";
import { newMeetingId, scheduleClass } from "../support/zoom.ts";

const relations = () =>
  sql<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f') order by relname`,
  );

const read = (name: string, key: string) =>
  fetch(`${inject("stack").url}/rest/v1/${name}?select=*`, {
    headers: { apikey: key, prefer: "count=exact" },
  });

beforeAll(async () => {
  const teacher = await createUser("teacher");
  const pupil = await createUser();
  await scheduleClass(teacher, [pupil], newMeetingId(), new Date());
});

it("nobody who has not signed in reads a row of any table through REST", async () => {
  const { publishable_key } = inject("stack");
  const names = (await relations()).map(({ name }) => name);
  expect(names).toContain("profiles");
  const answers = await Promise.all(
    names.map(async (name) => {
      const response = await read(name, publishable_key);
      const { code }: { code?: unknown } = JSON.parse(await response.text());
      return { name, status: response.status, code };
    }),
  );
  expect(answers).toEqual(names.map((name) => ({ name, status: 401, code: "42501" })));
});

it.each(["profiles", "user_limits", "live_classes", "class_enrollments"])(
  "although %s has rows, and the secret key reads them",
  async (name) => {
    const response = await read(name, inject("stack").secret_key);
    expect(response.status).toBeLessThan(300);
    expect(await response.json()).not.toEqual([]);
  },
);

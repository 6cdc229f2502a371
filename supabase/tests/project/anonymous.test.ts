import { beforeAll, expect, it } from "vitest";
import { sql } from "../support/database.ts";
import { testStack } from "../support/resources.ts";
import { createUser, type TestUser } from "../support/users.ts";
import { newMeetingId, scheduleClass } from "../support/zoom.ts";

const relations = () =>
  sql<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f') order by relname`,
  );

const read = (name: string, key: string) =>
  fetch(`${testStack().url}/rest/v1/${name}?select=*`, {
    headers: { apikey: key, prefer: "count=exact" },
  });

let admin: TestUser;
beforeAll(async () => {
  admin = await createUser("admin");
  const teacher = await createUser("teacher");
  const pupil = await createUser();
  await scheduleClass(teacher, [pupil], newMeetingId(), new Date());
});

it("nobody who has not signed in reads a row of any table through REST", async () => {
  const { publishable_key } = testStack();
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
    const response = await read(name, testStack().secret_key);
    expect(response.status).toBeLessThan(300);
    expect(await response.json()).not.toEqual([]);
  },
);

it.each(["private", "auth", "storage", "vault", "cron", "net", "pg_catalog"])(
  "the schema %s is none of the API's, whoever asks",
  async (schema) => {
    const { url, publishable_key, secret_key } = testStack();
    for (const [apikey, bearer] of [
      [publishable_key, admin.token],
      [secret_key, secret_key],
    ]) {
      const headers = { apikey: `${apikey}`, authorization: `Bearer ${bearer}` };
      const asked = { ...headers, "accept-profile": schema, "content-profile": schema };
      for (const method of ["GET", "POST"]) {
        const init = method === "GET" ? {} : { method, body: "{}" };
        const response = await fetch(`${url}/rest/v1/settings`, { ...init, headers: asked });
        expect(response.status).toBe(406);
        expect(await response.json()).toMatchObject({ code: "PGRST106" });
      }
    }
  },
);

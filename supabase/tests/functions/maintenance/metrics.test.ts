import { expect, it } from "vitest";
import { sql } from "../../support/database.ts";
import { callFunction } from "../../support/functions.ts";
import { testStack } from "../../support/resources.ts";
import { createUser } from "../../support/users.ts";

it("tells a monitor with the secret key the figures of the database", async () => {
  const kind = `metrics_${Date.now()}`;
  await sql("insert into public.tasks (kind, resource_id, dead_at) values ($1, 'x', now())", [
    kind,
  ]);
  const headers = { apikey: testStack().secret_key };
  const response = await callFunction("maintenance/metrics", { headers });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const text = await response.text();
  expect(text).toContain(`\nswitchboard_tasks_dead_by_kind{kind="${kind}"} 1\n`);
  // Each line is a comment or a sample.
  const strange = text
    .trimEnd()
    .split("\n")
    .filter(
      (line) =>
        !/^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? -?[\d.e+-]+)$/.test(line),
    );
  expect(strange).toEqual([]);
});

it("tells nobody else", async () => {
  expect((await callFunction("maintenance/metrics")).status).toBe(401);
  const user = await createUser("admin");
  expect((await callFunction("maintenance/metrics", { user })).status).toBe(401);
});

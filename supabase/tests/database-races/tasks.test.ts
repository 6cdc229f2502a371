import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { sql, sqlOne } from "../support/database.ts";

interface Lease {
  id: string;
  lease_token: string;
}

const newKind = () => `race_${randomUUID().replaceAll("-", "")}`;
const times = <T>(count: number, make: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

const enqueue = (kind: string, resource: string) =>
  sqlOne<{ id: string }>("select private.enqueue_task($1, $2) as id", [kind, resource]);

const lease = (kind: string, limit: number) =>
  sql<Lease>("select id, lease_token from public.lease_tasks($1, array[$2])", [limit, kind]);

/** A lease that was taken so long ago that it is over. */
const leaseLongAgo = (kind: string, limit: number) =>
  sql<Lease>(
    "select id, lease_token from private.lease_tasks($1, array[$2], now() - interval '10 minutes')",
    [limit, kind],
  );

const complete = async (task: Lease) =>
  (
    await sqlOne<{ settlement: string }>("select public.complete_task($1, $2) as settlement", [
      task.id,
      task.lease_token,
    ])
  ).settlement;

it("keeps one open task when forty ask for the same resource at once", async () => {
  const kind = newKind();
  const asked = await times(40, () => enqueue(kind, "r"));

  expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
  expect(await sql("select version from public.tasks where kind = $1", [kind])).toEqual([
    { version: 40 },
  ]);
});

it("hands every task to one worker only", async () => {
  const kind = newKind();
  await sql("select private.enqueue_task($1, n::text) from generate_series(1, 300) n", [kind]);

  const taken: string[] = [];
  await times(8, async () => {
    for (let batch = await lease(kind, 7); batch.length > 0; batch = await lease(kind, 7)) {
      taken.push(...batch.map(({ id }) => id));
    }
  });

  expect(taken).toHaveLength(300);
  expect(new Set(taken).size).toBe(300);
});

it("lets only the holder of the newest lease complete, when both workers try at once", async () => {
  const kind = newKind();
  await sql(
    "select private.enqueue_task($1, n::text, null, now() - interval '1 hour') from generate_series(1, 50) n",
    [kind],
  );
  const vanished = await leaseLongAgo(kind, 50);
  const current = await lease(kind, 50);
  expect(vanished).toHaveLength(50);
  expect(current).toHaveLength(50);

  const [late, own] = await Promise.all([
    Promise.all(vanished.map(complete)),
    Promise.all(current.map(complete)),
  ]);

  expect(new Set(late)).toEqual(new Set(["lost"]));
  expect(new Set(own)).toEqual(new Set(["done"]));
});

it("completes a lease once, when its worker says so twice at once", async () => {
  const kind = newKind();
  await sql("select private.enqueue_task($1, n::text) from generate_series(1, 30) n", [kind]);
  const leases = await lease(kind, 30);

  const settlements = await Promise.all(leases.flatMap((task) => [complete(task), complete(task)]));

  expect(settlements.filter((settlement) => settlement === "done")).toHaveLength(30);
  expect(settlements.filter((settlement) => settlement === "lost")).toHaveLength(30);
});

it("never loses an edit that races with the completion of its task", async () => {
  const kind = newKind();
  await sql("select private.enqueue_task($1, n::text) from generate_series(1, 60) n", [kind]);
  const leases = await lease(kind, 60);

  await Promise.all([
    ...leases.map(complete),
    ...Array.from({ length: 60 }, (_, index) => enqueue(kind, String(index + 1))),
  ]);

  const open = await sql(
    "select resource_id from public.tasks where kind = $1 and done_at is null and lease_token is null",
    [kind],
  );
  expect(open).toHaveLength(60);
  expect(await lease(kind, 100)).toHaveLength(60);
});

import { randomUUID } from "node:crypto";
import { beforeAll, expect, it, vi } from "vitest";
import {
  done,
  failedForGood,
  retry,
  type Task,
  type TaskHandler,
} from "../../../../shared/tasks/task-handler.ts";
import { type WorkOptions, workTasks } from "../../../../shared/tasks/work-tasks.ts";
import { sql } from "../../support/database.ts";
import { serviceClient } from "../../support/users.ts";

// Each task logs a line, as it does in the function.
beforeAll(() => {
  vi.spyOn(console, "log").mockImplementation(() => {});
});

const newKind = () => `probe_${randomUUID().replaceAll("-", "")}`;

const enqueue = (kind: string, resource: string) =>
  sql("select private.enqueue_task($1, $2)", [kind, resource]);

const stored = (kind: string) =>
  sql(
    `select resource_id, done_at is not null as is_done, dead_at is not null as is_dead, attempts, last_error,
       extract(epoch from run_after - now()) > 20 as waits
     from public.tasks where kind = $1 order by resource_id`,
    [kind],
  );

const work = (runs: Record<string, TaskHandler>, options: Partial<WorkOptions> = {}) =>
  workTasks(serviceClient(), {
    handlers: Object.fromEntries(
      Object.entries(runs).map(([kind, run]) => [kind, async () => ({ run })]),
    ),
    deadline: performance.now() + 30_000,
    taskTimeoutMs: 20_000,
    requestId: "probe",
    ...options,
  });

it("settles every task as its handler says", async () => {
  const kind = newKind();
  for (const resource of ["broken", "busy", "good", "refused"]) await enqueue(kind, resource);

  const counts = await work({
    [kind]: async ({ task }) => {
      if (task.resource_id === "busy") return retry("vendor_429", 30);
      if (task.resource_id === "refused") return failedForGood("vendor_400");
      if (task.resource_id === "broken") throw new TypeError("probe");
      return done();
    },
  });

  expect(counts).toEqual({ done: 1, runs_again: 0, retry: 2, dead: 1, lost: 0 });
  expect(await stored(kind)).toMatchObject([
    { resource_id: "broken", is_done: false, attempts: 1, last_error: "TypeError", waits: true },
    { resource_id: "busy", is_done: false, attempts: 1, last_error: "vendor_429", waits: true },
    { resource_id: "good", is_done: true, last_error: null },
    { resource_id: "refused", is_dead: true, last_error: "vendor_400" },
  ]);
});

it("runs a task again that was asked for again during its run", async () => {
  const kind = newKind();
  await enqueue(kind, "r");
  const versions: Task["version"][] = [];

  const counts = await work({
    [kind]: async ({ task }) => {
      versions.push(task.version);
      if (task.version === 1) await enqueue(kind, "r");
      return done();
    },
  });

  expect(versions).toEqual([1, 2]);
  expect(counts).toMatchObject({ runs_again: 1, done: 1 });
});

it("gives every task to one of two workers", async () => {
  const kind = newKind();
  await sql("select private.enqueue_task($1, n::text) from generate_series(1, 40) n", [kind]);
  const worked: string[] = [];
  const run: TaskHandler = async ({ task }) => {
    worked.push(task.resource_id);
    return done();
  };

  const counts = await Promise.all([work({ [kind]: run }), work({ [kind]: run })]);

  expect(worked).toHaveLength(40);
  expect(new Set(worked).size).toBe(40);
  expect(counts.map((count) => count.done).reduce((sum, count) => sum + count)).toBe(40);
});

it("fails a task that overstays, and passes it a signal that says so", async () => {
  const kind = newKind();
  await enqueue(kind, "r");
  const signals: AbortSignal[] = [];
  const counts = await work(
    {
      [kind]: ({ signal }) => {
        signals.push(signal);
        return new Promise<never>(() => {});
      },
    },
    { taskTimeoutMs: 50 },
  );
  expect(counts).toMatchObject({ retry: 1 });
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  expect(await stored(kind)).toMatchObject([{ last_error: "timeout", is_done: false }]);
});

it("leaves kinds without a handler in the queue, and takes nothing once its time is over", async () => {
  const [kind, other] = [newKind(), newKind()];
  await enqueue(kind, "r");
  const run: TaskHandler = async () => done();

  await work({ [other]: run });
  await work({});
  await work({ [kind]: run }, { deadline: performance.now() - 1 });

  expect(await stored(kind)).toMatchObject([{ is_done: false, attempts: 0 }]);
});

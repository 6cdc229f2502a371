import type { ClientBase } from "pg";
import type { Schema } from "switchboard-audit/schema";
import { z } from "zod";
import type { Item } from "./report.ts";

/** What `private.measure_health` answers, as far as it is judged here. */
const Health = z.object({
  providers: z.array(
    z.object({
      provider: z.string(),
      failed: z.int(),
      dead: z.int(),
      oldest_age_seconds: z.number().nullable(),
    }),
  ),
  tasks: z.object({ dead: z.int(), oldest_due_age_seconds: z.number().nullable() }),
  jobs: z.array(
    z.object({ name: z.string(), last_error: z.string().nullable(), is_overdue: z.boolean() }),
  ),
  maintenance: z.object({
    is_configured: z.boolean(),
    last_status: z.int().nullable(),
    last_error: z.string().nullable(),
  }),
});

/** An event or task that waits longer is stuck: retries come within minutes. */
const stuckSeconds = 900;

/** Whether inbox, tasks and jobs are well, and the secrets that the database itself needs are in Vault. */
export async function checkHealth(client: ClientBase, expected: Schema): Promise<Item[]> {
  const items = await checkVault(client, expected);
  const { rows: there } = await client.query<{ there: boolean }>(
    "select to_regprocedure('private.measure_health(timestamptz)') is not null as there",
  );
  if (there[0]?.there !== true) return items; // Reported as a missing function already.
  const { rows } = await client.query<{ health: unknown }>(
    "select private.measure_health(now()) as health",
  );
  return [...items, ...judge(Health.parse(rows[0]?.health))];
}

function judge({ providers, tasks, jobs, maintenance }: z.infer<typeof Health>): Item[] {
  const items: Item[] = [];
  const add = (name: string, wrong: string | null, sql: string) =>
    items.push({
      kind: "health",
      name,
      state: wrong === null ? "present" : "unhealthy",
      detail: wrong,
      mend: wrong === null ? null : { sql },
    });
  for (const each of providers) {
    const isStuck = (each.oldest_age_seconds ?? 0) > stuckSeconds;
    const wrong =
      each.dead > 0
        ? `${each.dead} events are dead`
        : isStuck
          ? `an event waits for ${each.oldest_age_seconds} s`
          : null;
    add(
      `inbox of ${each.provider}`,
      wrong,
      `select id, event_type, status, last_error from public.webhook_events where provider = '${each.provider}' and status in ('received', 'failed', 'dead') order by received_at; -- then select public.replay_event(id)`,
    );
  }
  const isLate = (tasks.oldest_due_age_seconds ?? 0) > stuckSeconds;
  add(
    "tasks",
    tasks.dead > 0
      ? `${tasks.dead} tasks are dead`
      : isLate
        ? `a task is due since ${tasks.oldest_due_age_seconds} s`
        : null,
    "select id, kind, last_error from public.tasks where dead_at is not null; -- then select public.retry_task(id)",
  );
  for (const job of jobs) {
    add(
      `job ${job.name}`,
      job.is_overdue ? "it did not run when due" : job.last_error,
      `select private.run_job('${job.name.replaceAll("'", "''")}');`,
    );
  }
  const { is_configured, last_status, last_error } = maintenance;
  const isRefused = last_status !== null && (last_status < 200 || last_status > 299);
  if (!is_configured) {
    add(
      "call of the maintenance function",
      "Vault holds no address and key for it",
      "select vault.create_secret('https://<ref>.supabase.co/functions/v1', 'switchboard_functions_url'), vault.create_secret('<secret key>', 'switchboard_secret_key');",
    );
  } else {
    add(
      "call of the maintenance function",
      isRefused ? `it was answered with ${last_status}` : last_error,
      "select vault.update_secret(id, '<secret key>') from vault.secrets where name = 'switchboard_secret_key'; -- and switchboard_functions_url likewise",
    );
  }
  return items;
}

/** The Vault secrets that the expected functions read by name. Only names are looked at. */
async function checkVault(client: ClientBase, expected: Schema): Promise<Item[]> {
  const names = new Set<string>();
  for (const each of expected.functions) {
    for (const [, list = ""] of each.body.matchAll(
      /vault\.decrypted_secrets\s+where\s+name\s*(?:=|in)\s*(\(?'[^)';]*'(?:\s*,\s*'[^']*')*\)?)/gi,
    )) {
      for (const [, name = ""] of list.matchAll(/'([^']+)'/g)) names.add(name);
    }
  }
  const { rows } = await client.query<{ readable: boolean | null }>(
    "select case when to_regclass('vault.secrets') is not null then has_table_privilege(to_regclass('vault.secrets'), 'select') end as readable",
  );
  const isReadable = rows[0]?.readable === true;
  const known = isReadable
    ? (
        await client.query<{ name: string }>(
          "select name from vault.secrets where name is not null",
        )
      ).rows.map((row) => row.name)
    : [];
  return [...names].sort().map((name): Item => {
    if (!isReadable)
      return {
        kind: "secret",
        name: `Vault: ${name}`,
        state: "not visible",
        detail: "this login may not read Vault",
        mend: null,
      };
    if (known.includes(name))
      return { kind: "secret", name: `Vault: ${name}`, state: "present", detail: null, mend: null };
    return {
      kind: "secret",
      name: `Vault: ${name}`,
      state: "missing",
      detail: null,
      mend: { sql: `select vault.create_secret('<value>', '${name}');` },
    };
  });
}

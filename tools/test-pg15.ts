import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Cluster, superuser } from "switchboard-audit/postgres";
import { postgresOwner } from "../local/data-folder.ts";
import { forgetLibpqVariables } from "../local/libpq-variables.ts";
import { migrate } from "../local/migrate.ts";
import { preparePlatform } from "../local/platform.ts";
import { projectRoot } from "../local/project.ts";
import { withClient } from "../local/with-client.ts";
import { copyDebianPostgres, missingPackages } from "./pg15/debian-postgres.ts";
import { lintFindings } from "./pg15/lint.ts";
import { waitForCron } from "./pg15/wait-for-cron.ts";

// The schema on Debian's Postgres 15 with real pg_cron: migrations by the CLI, the whole pgTAP suite, plpgsql_check,
// and one scheduled job that pg_cron itself ran.

forgetLibpqVariables();
const missing = missingPackages();
if (missing.length > 0) {
  console.error(`This run needs Debian 12's packages: apt-get install ${missing.join(" ")}`);
  process.exit(1);
}

const folder = mkdtempSync("/tmp/switchboard-pg15-");
const password = randomBytes(18).toString("base64url");
const cluster = new Cluster({
  binaries: copyDebianPostgres(folder),
  folder: join(folder, "data"),
  logFile: join(folder, "postgres.log"),
  owner: postgresOwner(),
  password,
  isDurable: false,
  settings: {
    shared_preload_libraries: "pg_cron",
    "cron.database_name": "postgres",
    // Workers instead of connections: these need no password.
    "cron.use_background_workers": "on",
    max_worker_processes: "16",
  },
});

/** What a privileged extension of the platform does when `postgres` creates one: the superuser makes it and hands it over. */
async function createPlatformExtensions(url: string): Promise<void> {
  await withClient(url, (client) =>
    client.query(`
    create extension pg_cron with schema pg_catalog;
    grant usage on schema cron to postgres with grant option;
    grant all on all tables in schema cron to postgres;
    create extension pgtap with schema extensions;
    create extension plpgsql_check with schema extensions;
  `),
  );
}

async function setJobsActive(url: string, isActive: boolean): Promise<void> {
  await withClient(url, (client) => client.query("update cron.job set active = $1", [isActive]));
}

function must(what: string, status: number | null, output = ""): void {
  if (status === 0) {
    console.log(`── ${what}: passed`);
    return;
  }
  console.error(`${output}\n── ${what}: FAILED`);
  throw new Error(what);
}

let status = 1;
try {
  await cluster.start();
  const root = cluster.url(superuser);
  const url = cluster.url("postgres");
  await preparePlatform(root, password);
  await createPlatformExtensions(root);
  await migrate({ databaseUrl: url, seed: false, log: () => {} });
  console.log("── migrations on Postgres 15: passed");

  const findings = await lintFindings(url);
  must("plpgsql_check (supabase db lint)", findings.length === 0 ? 0 : 1, findings.join("\n"));

  // A job that ran in the middle would be one more writer that the tests do not expect.
  await setJobsActive(root, false);
  const vitest = join(projectRoot, "node_modules", ".bin", "vitest");
  const tests = spawnSync(
    vitest,
    ["run", "--project", "database", "--project", "pgtap", ...process.argv.slice(2)],
    {
      cwd: projectRoot,
      env: { ...process.env, TEST_DATABASE_URL: url },
      stdio: "inherit",
    },
  );
  must("pgTAP on Postgres 15", tests.status);

  await setJobsActive(root, true);
  const run = await waitForCron(root, 130);
  console.log(
    `── pg_cron ran ${run.job_name} (${run.status}), and private.job_runs agrees: passed`,
  );
  status = 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
} finally {
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(status);

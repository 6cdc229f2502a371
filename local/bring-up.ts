import { existsSync } from "node:fs";
import { type Cluster, superuser } from "switchboard-audit/postgres";
import { StackError } from "./errors.ts";
import { migrate } from "./migrate.ts";
import { platformVersion, preparePlatform } from "./platform.ts";
import { keepTemplate } from "./postgres/template.ts";
import { applySchemaFiles } from "./schema-files.ts";
import { withClient } from "./with-client.ts";

export interface BringUpOptions {
  cluster: Cluster;
  password: string;
  /** The place of the copy for the next new database, or null. */
  template: string | null;
  /** The data folder, for the sentence when it is of another version. */
  data: string;
  /** The folder that has `supabase/`. */
  root: string;
  seed: boolean;
  /** What makes the schema of a new database: the migrations, as in a deployment, or the files of the schema as it is. */
  source: SchemaSource;
  log: (line: string) => void;
}

export type SchemaSource = "migrations" | "schema files";

/** Starts the database of a data folder and brings it to the newest schema: platform, migrations, seed. */
export async function bringUp(options: BringUpOptions): Promise<void> {
  const { cluster, password, template, data, root, seed, source, log } = options;
  // With a seed it would hold more than the migrations made, and the seed's dates are relative to today.
  const isToKeep = template !== null && !seed && !cluster.exists && !existsSync(template);
  const isNew = !cluster.exists;
  log("Starting Postgres");
  await cluster.start();
  const found = await preparePlatform(cluster.url(superuser), password);
  if (found !== platformVersion) {
    throw new StackError(
      "data_of_another_version",
      `The data in ${data} was made by version ${found} of the embedded stack, and this is version ${platformVersion}: run npm run reset to begin anew, or use --data <another folder>.`,
    );
  }
  if (source === "schema files") {
    await loadSchemaFiles(cluster.url("postgres"), root);
    return;
  }
  log("Applying migrations");
  await migrate({
    databaseUrl: cluster.url("postgres"),
    seed,
    root,
    log: (line) => log(`  ${line}`),
  });
  if (isNew) await scheduleFromNow(cluster.url(superuser));
  if (isToKeep) {
    await cluster.stop();
    await keepTemplate(cluster.folder, template);
    await cluster.start();
  }
}

async function loadSchemaFiles(databaseUrl: string, root: string): Promise<void> {
  return withClient(databaseUrl, async (client) => {
    await applySchemaFiles(client, root);
  });
}

/** A new database may be a copy whose jobs were registered long ago: they are due from now on, not from then. */
async function scheduleFromNow(superuserUrl: string): Promise<void> {
  return withClient(superuserUrl, async (client) => {
    await client.query(`do $$ begin
      if to_regclass('private.jobs') is not null then
        update private.jobs set scheduled_at = now();
      end if;
    end $$`);
  });
}

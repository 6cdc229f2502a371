import { superuser } from "switchboard-audit/postgres";
import { bringUp, type SchemaSource } from "./bring-up.ts";
import { openDataFolder } from "./data-folder.ts";
import { openCluster } from "./open-cluster.ts";
import { templateFolder } from "./postgres/template.ts";
import { projectRoot } from "./project.ts";

/** A Postgres with the platform and the migrations, and nothing before it: for pgTAP, type generation and tools. */
export interface RunningDatabase {
  /** As the non-superuser `postgres`. */
  url: string;
  superuser_url: string;
  stop(): Promise<void>;
}

/** Starts the database of a data folder without the API. `durable: false` for throw-away ones. */
export async function startDatabase(options: {
  data: string;
  durable: boolean;
  seed?: boolean;
  /** What a new one is a copy of, instead of the project's own (see template.ts). */
  template?: string;
  source?: SchemaSource;
  /** The folder that has `supabase/`, instead of the project's own. Its database is not kept as a template. */
  root?: string;
}): Promise<RunningDatabase> {
  const folder = await openDataFolder(options.data);
  const password = folder.keys.database_password;
  const source = options.source ?? "migrations";
  const root = options.root ?? projectRoot;
  const isOwn = source === "migrations" && root === projectRoot;
  const template = isOwn ? (options.template ?? templateFolder()) : undefined;
  const cluster = await openCluster(folder, { isDurable: options.durable, template });
  const stop = async () => {
    await cluster.stop();
    folder.release();
  };
  try {
    await bringUp({
      cluster,
      password,
      template: template ?? null,
      data: folder.root,
      root,
      seed: options.seed ?? false,
      source,
      log: () => {},
    });
    return { url: cluster.url("postgres"), superuser_url: cluster.url(superuser), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

import { openDataFolder } from "./data-folder.ts";
import { readKeys } from "./keys.ts";
import { migrate } from "./migrate.ts";
import { preparePlatform } from "./platform.ts";
import { prepareBinaries } from "./postgres/binaries.ts";
import { Cluster, superuser } from "./postgres/cluster.ts";

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
}): Promise<RunningDatabase> {
  const folder = await openDataFolder(options.data);
  const password = readKeys(folder.keys).database_password;
  const cluster = new Cluster({
    binaries: await prepareBinaries(folder.owner),
    folder: folder.postgres,
    logFile: `${folder.logs}/postgres.log`,
    owner: folder.owner,
    password,
    isDurable: options.durable,
  });
  const stop = async () => {
    await cluster.stop();
    folder.release();
  };
  try {
    await cluster.start();
    await preparePlatform(cluster.url(superuser), password);
    const url = cluster.url("postgres");
    await migrate({ databaseUrl: url, seed: options.seed ?? false, log: () => {} });
    return { url, superuser_url: cluster.url(superuser), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

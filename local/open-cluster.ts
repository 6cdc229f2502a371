import type { DataFolder } from "./data-folder.ts";
import { prepareBinaries } from "./postgres/binaries.ts";
import { Cluster, type ClusterOptions } from "./postgres/cluster.ts";

/** The cluster of a data folder, not started. */
export async function openCluster(
  folder: DataFolder,
  options: Pick<ClusterOptions, "isDurable" | "template" | "onLost">,
): Promise<Cluster> {
  return new Cluster({
    binaries: await prepareBinaries(folder.owner),
    folder: folder.postgres,
    logFile: `${folder.logs}/postgres.log`,
    owner: folder.owner,
    password: folder.keys.database_password,
    ...options,
  });
}

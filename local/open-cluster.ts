import { type ClusterOptions, prepareBinaries } from "switchboard-audit/postgres";
import type { DataFolder } from "./data-folder.ts";
import { asStackError } from "./errors.ts";
import { StackCluster } from "./postgres/stack-cluster.ts";

/** The cluster of a data folder, not started. */
export async function openCluster(
  folder: DataFolder,
  options: Pick<ClusterOptions, "isDurable" | "template" | "onLost">,
): Promise<StackCluster> {
  const binaries = await prepareBinaries(folder.owner).catch((error: unknown) => {
    throw asStackError(error);
  });
  return new StackCluster({
    binaries,
    folder: folder.postgres,
    logFile: `${folder.logs}/postgres.log`,
    owner: folder.owner,
    password: folder.keys.database_password,
    settings: { cluster_name: "switchboard" },
    ...options,
  });
}

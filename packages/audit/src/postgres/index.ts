export { makePlatform } from "../platform/make-platform.ts";
export { type Binaries, extensionFolder, prepareBinaries } from "./binaries.ts";
export { Cluster, type ClusterOptions } from "./cluster.ts";
export { copyCluster } from "./copy-cluster.ts";
export { superuser } from "./make-cluster.ts";
export { findOwner, folderOutside, isReachable, type Owner } from "./owner.ts";
export { isDiskFull, PostgresError, type PostgresErrorCode } from "./postgres-error.ts";
export { endProcess, identify, isRunning, type ProcessIdentity } from "./processes.ts";

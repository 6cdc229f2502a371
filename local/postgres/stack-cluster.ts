import { Cluster } from "switchboard-audit/postgres";
import { asStackError } from "../errors.ts";

/** The cluster of a data folder. What keeps it from starting is said with what helps here. */
export class StackCluster extends Cluster {
  override async start(): Promise<void> {
    try {
      await super.start();
    } catch (error) {
      throw asStackError(error);
    }
  }
}

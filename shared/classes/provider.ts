import type { Db } from "../core/db.ts";
import type { TaskHandlers } from "../tasks/task-handler.ts";
import type { Sender } from "../webhook/stored-event.ts";

/** A file of a recording, by the provider's own names. */
export interface RecordedFile {
  readonly instance_key: string;
  readonly file_key: string;
}

/** What the domain asks of a provider of meetings. Each provider has one in its folder, and `providers.ts` lists them. */
export interface Provider extends Sender {
  /** The variables that an operator sets. */
  readonly secrets: readonly string[];
  /** How many seconds a link to a recording works; null when it opens for whom the provider itself lets in. */
  readonly linkSeconds: number | null;
  /** The handlers of its tasks. While the provider is not configured they are left out, and the tasks wait in the queue. */
  tasks(): TaskHandlers;
  /**
   * Links to files, by file key, without those that the provider has no link for.
   * @param service reads what the caller must not
   * @throws VendorError, EnvironmentError, ApiError
   */
  recordingLinks(
    files: readonly RecordedFile[],
    service: () => Db,
    signal: AbortSignal,
  ): Promise<Map<string, string>>;
}

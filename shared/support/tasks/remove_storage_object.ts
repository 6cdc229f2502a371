import { callMaybe } from "../../db/call.ts";
import { done, retry, type TaskHandler } from "../../tasks/task-handler.ts";
import { bucketOf } from "../attachments/bucket.ts";
import { storageStatus } from "../attachments/storage-failure.ts";

/**
 * Removes the object of an attachment that ended. The resource is the object's path; one that a pending or ready row
 * still names stays, whoever asked.
 */
export const removeStorageObject: TaskHandler = {
  kind: "remove_storage_object",
  run: async ({ task, db, signal }) => {
    const row = await callMaybe(() =>
      db
        .from("ticket_attachments")
        .select("state")
        .eq("path", task.resource_id)
        .in("state", ["pending", "ready"])
        .abortSignal(signal)
        .maybeSingle(),
    );
    if (row !== null) return done();
    const { error } = await bucketOf(db).remove([task.resource_id]);
    return error ? retry(`storage_${storageStatus(error)}`) : done();
  },
};

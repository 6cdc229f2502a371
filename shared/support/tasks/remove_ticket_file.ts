import { done, retry, type TaskHandler } from "../../tasks/task-handler.ts";
import { removeObjects } from "../attachments/bucket.ts";
import { storageStatus } from "../attachments/storage-failure.ts";

/**
 * Removes the object of an attachment whose row ended, or whose account is closing, and its upload. The resource is the
 * object's name, which is never used twice; an object that is gone already is no failure.
 */
export const run: TaskHandler = async ({ task, db }) => {
  const error = await removeObjects(db, task.resource_id);
  return error ? retry(`storage_${storageStatus(error)}`) : done();
};

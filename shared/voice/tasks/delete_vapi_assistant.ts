import { rpc } from "../../db/call.ts";
import { done, type TaskHandler } from "../../tasks/task-handler.ts";
import { vapiOperations } from "../vapi/api.ts";
import { vapiClient } from "../vapi/client.ts";

/** VAPI shall not have the assistant (VAPI's id) any more. Not there is as good as deleted. */
export const run: TaskHandler = async ({ task, db, signal }) => {
  await vapiOperations(vapiClient(), signal).deleteAssistant(task.resource_id);
  await rpc(db, "record_vapi_assistant_deleted", { p_vapi_assistant_id: task.resource_id });
  return done();
};

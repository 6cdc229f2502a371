import { rpc } from "../../db/call.ts";
import { done, type TaskHandler } from "../../tasks/task-handler.ts";
import { vapiOperations } from "../vapi/api.ts";
import { vapiClient } from "../vapi/client.ts";

/** VAPI shall not have the number (VAPI's id) any more: one of its own is given back, an imported one goes back to Twilio alone. */
export const run: TaskHandler = async ({ task, db, signal }) => {
  await vapiOperations(vapiClient(), signal).deleteNumber(task.resource_id);
  await rpc(db, "record_phone_number_released", { p_vapi_phone_id: task.resource_id });
  return done();
};

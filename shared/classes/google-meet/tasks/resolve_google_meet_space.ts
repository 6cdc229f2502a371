import { rpc } from "../../../db/call.ts";
import { done, type TaskHandler } from "../../../tasks/task-handler.ts";
import { isVendorStatus } from "../../../vendor/error.ts";
import { googleClient } from "../api/client.ts";
import { getSpace } from "../api/conferences.ts";
import { knownGoogleMeetClass } from "../known-conference.ts";

/** Which space the meeting code of a class is, asked as its host. The resource is the class's id. */
export const run: TaskHandler = async ({ task, db, signal, log }) => {
  const known = await knownGoogleMeetClass(db, task.resource_id);
  if (!known?.subject || known.meeting_id.startsWith("spaces/")) return done();
  const asked = { p_class_id: task.resource_id, p_code: known.meeting_id };
  const meet = googleClient("meet", known.subject);
  try {
    const { name } = await getSpace(meet, known.meeting_id, signal);
    log({ outcome: await rpc(db, "note_google_meet_space", { ...asked, p_space: name }) });
  } catch (error) {
    if (!isVendorStatus(error, 400, 404)) throw error;
    log({ outcome: await rpc(db, "note_google_meet_space", asked) });
  }
  return done();
};

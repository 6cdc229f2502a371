import { rpc } from "../../../db/call.ts";
import { done, type TaskHandler } from "../../../tasks/task-handler.ts";
import { isVendorStatus } from "../../../vendor/error.ts";
import { zoomClient } from "../api/client.ts";
import { getMeetingHost, getPastMeetingHost } from "../api/meetings.ts";

/** Whose a meeting is, for a class that waits to know. The resource is Zoom's number of the meeting. */
export const run: TaskHandler = async ({ task, db, signal, log }) => {
  const meetingId = task.resource_id;
  if (!(await rpc(db, "is_host_wanted", { p_provider: "zoom", p_meeting_id: meetingId })))
    return done();
  const zoom = zoomClient();
  let host = null;
  try {
    host = await getMeetingHost(zoom, meetingId, signal);
  } catch (error) {
    // A meeting that was made on the spot is gone once it has ended, and is kept as a past one.
    if (!isVendorStatus(error, 404)) throw error;
    host = await getPastMeetingHost(zoom, meetingId, signal);
  }
  log({ outcome: host === null ? "host_not_told" : "host_told" });
  if (host)
    await rpc(db, "note_host", {
      p_provider: "zoom",
      p_host_key: host.key,
      p_address: host.address,
    });
  return done();
};

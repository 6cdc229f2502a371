import { rpc } from "../../../db/call.ts";
import { done, retry, type TaskHandler } from "../../../tasks/task-handler.ts";
import { isVendorStatus } from "../../../vendor/error.ts";
import { zoomClient } from "../api/client.ts";
import { listPastParticipants, type Stay } from "../api/meetings.ts";

/** What the report says of people who were in the meeting; waiting at its door is no attendance. */
const attended = (stays: readonly Stay[]) =>
  stays.flatMap(({ user_id, status, ...stay }) => {
    // Without the number nothing ties a row to a session, and it would count twice.
    if (user_id === null || status === "in_waiting_room") return [];
    return {
      handle: user_id,
      name: stay.name,
      email: stay.user_email,
      provider_user_id: stay.id,
      registrant_key: stay.registrant_id,
      joined_at: stay.join_time,
      left_at: stay.leave_time,
    };
  });

/**
 * Compares an instance that has ended with Zoom's report of its participants, and fills what events
 * missed. The resource is the instance's uuid. Page tokens end within minutes, so a run that is cut
 * off begins at the first page; writing a page twice changes nothing.
 */
export const run: TaskHandler = async ({ task, db, signal, log }) => {
  const p_instance_key = task.resource_id;
  const zoom = zoomClient();
  let pageToken: string | undefined;
  let count = 0;
  try {
    do {
      const page = await listPastParticipants(zoom, p_instance_key, pageToken, signal);
      const p_stays = attended(page.participants);
      if (p_stays.length > 0) await rpc(db, "note_zoom_stays", { p_instance_key, p_stays });
      count += p_stays.length;
      pageToken = page.next_page_token || undefined;
    } while (pageToken);
  } catch (error) {
    // 3001: Zoom has no report yet; after the end that lasts for minutes.
    if (isVendorStatus(error, 404)) return retry(error.code);
    throw error;
  }
  log({ stays: count });
  // A meeting of one has an empty report: what events said is all there is.
  await rpc(db, "note_zoom_reconciled", { p_instance_key });
  return done();
};

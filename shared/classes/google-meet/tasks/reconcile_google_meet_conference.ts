import { rpc } from "../../../db/call.ts";
import { done, retry, type TaskHandler } from "../../../tasks/task-handler.ts";
import { isVendorStatus } from "../../../vendor/error.ts";
import { googleClient } from "../api/client.ts";
import { getConference, listParticipants, listSessions } from "../api/conferences.ts";
import { inBatches } from "../in-batches.ts";
import { conferenceReader, noteConference } from "../known-conference.ts";
import { recordSessions } from "../record-sessions.ts";

/** The end was told, and Meet's record does not have it yet. */
const RECORD_LAGS_SECONDS = 300;

/**
 * Compares a conference with Meet's own record: its times, every session, every name. Fills what
 * events missed. The resource is the conference record; a run that is cut off goes on at its page.
 */
export const run: TaskHandler = async ({ task, db, signal, log }) => {
  const p_instance_key = task.resource_id;
  const known = await conferenceReader(db, p_instance_key, signal);
  if (!known) {
    log({ outcome: "nobody_to_ask_as" });
    return done();
  }
  const { subject } = known;
  const meet = googleClient("meet", subject);
  const conference = await getConference(meet, p_instance_key, signal);
  await noteConference(db, conference, subject);

  let pageToken = known.page_token ?? undefined;
  do {
    try {
      const page = await listParticipants(meet, p_instance_key, pageToken, signal);
      const stays = await inBatches(page.participants, async (participant) => ({
        participant,
        sessions: await listSessions(meet, participant.name, signal),
      }));
      await recordSessions(db, { conference: p_instance_key, subject }, stays, signal);
      pageToken = page.nextPageToken;
    } catch (error) {
      // A page that Google no longer knows: the next run begins at the first.
      if (!pageToken || !isVendorStatus(error, 400)) throw error;
      await rpc(db, "note_google_meet_page", { p_instance_key, p_page_token: "" });
      return retry(error.code);
    }
    await rpc(db, "note_google_meet_page", { p_instance_key, p_page_token: pageToken ?? "" });
  } while (pageToken);

  if (conference.endTime === null) {
    return known.has_ended ? retry("google_record_lags", RECORD_LAGS_SECONDS) : done();
  }
  await rpc(db, "note_google_meet_reconciled", { p_instance_key });
  return done();
};

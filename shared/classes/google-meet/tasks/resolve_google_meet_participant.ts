import { done, retry, type TaskHandler } from "../../../tasks/task-handler.ts";
import { isVendorStatus } from "../../../vendor/error.ts";
import { googleClient } from "../api/client.ts";
import { getParticipant, getSession } from "../api/conferences.ts";
import { conferenceReader } from "../known-conference.ts";
import { conferenceRecordOf, participantOf } from "../names.ts";
import { recordSessions } from "../record-sessions.ts";

/** A record that was just announced may not be readable yet. */
const EARLY_TRIES = 3;

/**
 * Who a session of Meet is, and its exact times. The resource is the session's name. Without a host
 * to ask as there is nothing to do: the conference is compared as a whole once there is one.
 */
export const run: TaskHandler = async ({ task, db, signal, log }) => {
  const conference = conferenceRecordOf(task.resource_id);
  try {
    const known = await conferenceReader(db, conference, signal);
    if (!known) {
      log({ outcome: "nobody_to_ask_as" });
      return done();
    }
    const meet = googleClient("meet", known.subject);
    const [participant, session] = await Promise.all([
      getParticipant(meet, participantOf(task.resource_id), signal),
      getSession(meet, task.resource_id, signal),
    ]);
    const stays = [{ participant, sessions: [session] }];
    await recordSessions(db, { conference, subject: known.subject }, stays, signal);
    return done();
  } catch (error) {
    if (isVendorStatus(error, 404) && task.attempts <= EARLY_TRIES) return retry(error.code);
    throw error;
  }
};

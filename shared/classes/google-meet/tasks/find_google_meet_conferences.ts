import { done, type TaskHandler } from "../../../tasks/task-handler.ts";
import { googleClient } from "../api/client.ts";
import { listConferences } from "../api/conferences.ts";
import { knownGoogleMeetClass, noteConference } from "../known-conference.ts";

/**
 * Which conferences the space of a past class had, for those that no event told of: each is
 * recorded, and compared in full by its own task. The resource is the class's id.
 */
export const run: TaskHandler = async ({ task, db, signal, log }) => {
  const known = await knownGoogleMeetClass(db, task.resource_id);
  if (!known?.subject || !known.meeting_id.startsWith("spaces/")) return done();
  const { subject, meeting_id: space } = known;
  const since = new Date(known.since).toISOString();
  const found = await listConferences(googleClient("meet", subject), { space, since }, signal);
  for (const conference of found) await noteConference(db, { ...conference, space }, subject);
  log({ found: found.length });
  return done();
};

import { voiceTaskHandlers } from "../voice/tasks/index.ts";
import { type LaterHandler, later } from "./later.ts";

/** Every kind of task that the maintenance function works on, one line each. A kind without a line stays in the queue. */
export const taskHandlers: readonly LaterHandler[] = [
  later(
    "find_meet_conferences",
    async () => (await import("../classes/tasks/find_meet_conferences.ts")).findMeetConferences,
  ),
  later(
    "reconcile_meet_conference",
    async () =>
      (await import("../classes/tasks/reconcile_meet_conference.ts")).reconcileMeetConference,
  ),
  later(
    "reconcile_zoom_meeting",
    async () => (await import("../classes/tasks/reconcile_zoom_meeting.ts")).reconcileZoomMeeting,
  ),
  later(
    "resolve_meet_participant",
    async () =>
      (await import("../classes/tasks/resolve_meet_participant.ts")).resolveMeetParticipant,
  ),
  later(
    "remove_ticket_file",
    async () => (await import("../support/tasks/remove_ticket_file.ts")).removeTicketFile,
  ),
  later(
    "resolve_meet_space",
    async () => (await import("../classes/tasks/resolve_meet_space.ts")).resolveMeetSpace,
  ),
  later(
    "sync_meet_subscription",
    async () => (await import("../classes/tasks/sync_meet_subscription.ts")).syncMeetSubscription,
  ),
  ...voiceTaskHandlers,
];

import { findMeetConferences } from "../classes/tasks/find_meet_conferences.ts";
import { reconcileMeetConference } from "../classes/tasks/reconcile_meet_conference.ts";
import { reconcileZoomMeeting } from "../classes/tasks/reconcile_zoom_meeting.ts";
import { resolveMeetParticipant } from "../classes/tasks/resolve_meet_participant.ts";
import { resolveMeetSpace } from "../classes/tasks/resolve_meet_space.ts";
import { syncMeetSubscription } from "../classes/tasks/sync_meet_subscription.ts";
import { removeTicketFile } from "../support/tasks/remove_ticket_file.ts";
import { voiceTaskHandlers } from "../voice/tasks/index.ts";
import type { TaskHandler } from "./task-handler.ts";

/** Every kind of task that the maintenance function works on, one line each. A kind without a line stays in the queue. */
export const taskHandlers: readonly TaskHandler[] = [
  findMeetConferences,
  reconcileMeetConference,
  reconcileZoomMeeting,
  resolveMeetParticipant,
  removeTicketFile,
  resolveMeetSpace,
  syncMeetSubscription,
  ...voiceTaskHandlers,
];

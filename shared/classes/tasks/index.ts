import { isGoogleConfigured, isGooglePushConfigured, isZoomConfigured } from "../../env.ts";
import { type LaterHandler, later } from "../../tasks/later.ts";

const zoom = [
  later(
    "reconcile_zoom_meeting",
    async () => (await import("./reconcile_zoom_meeting.ts")).reconcileZoomMeeting,
  ),
];

const google = [
  later(
    "find_meet_conferences",
    async () => (await import("./find_meet_conferences.ts")).findMeetConferences,
  ),
  later(
    "reconcile_meet_conference",
    async () => (await import("./reconcile_meet_conference.ts")).reconcileMeetConference,
  ),
  later(
    "resolve_meet_participant",
    async () => (await import("./resolve_meet_participant.ts")).resolveMeetParticipant,
  ),
  later(
    "resolve_meet_space",
    async () => (await import("./resolve_meet_space.ts")).resolveMeetSpace,
  ),
];

const googlePush = [
  later("resolve_zoom_host", async () => (await import("./resolve_zoom_host.ts")).resolveZoomHost),
  later(
    "sync_meet_subscription",
    async () => (await import("./sync_meet_subscription.ts")).syncMeetSubscription,
  ),
];

/** What is asked of Zoom and of Google. While one is not configured, its tasks wait in the queue instead of dying there. */
export const classTaskHandlers: readonly LaterHandler[] = [
  ...(isZoomConfigured() ? zoom : []),
  ...(isGoogleConfigured() ? google : []),
  ...(isGooglePushConfigured() ? googlePush : []),
];

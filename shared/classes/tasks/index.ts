import type { TaskHandlers } from "../../tasks/task-handler.ts";
import { isGoogleConfigured, isGooglePushConfigured } from "../google-meet/env.ts";
import { isZoomConfigured } from "../zoom/env.ts";

const zoom: TaskHandlers = {
  reconcile_zoom_meeting: () => import("./reconcile_zoom_meeting.ts"),
  resolve_zoom_host: () => import("./resolve_zoom_host.ts"),
};

const google: TaskHandlers = {
  find_meet_conferences: () => import("./find_meet_conferences.ts"),
  reconcile_meet_conference: () => import("./reconcile_meet_conference.ts"),
  resolve_meet_participant: () => import("./resolve_meet_participant.ts"),
  resolve_meet_space: () => import("./resolve_meet_space.ts"),
};

const googlePush: TaskHandlers = {
  sync_meet_subscription: () => import("./sync_meet_subscription.ts"),
};

/** What is asked of Zoom and of Google. While one is not configured, its tasks wait in the queue instead of dying there. */
export const classTasks: TaskHandlers = {
  ...(isZoomConfigured() ? zoom : {}),
  ...(isGoogleConfigured() ? google : {}),
  ...(isGooglePushConfigured() ? googlePush : {}),
};

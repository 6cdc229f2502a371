import type { TaskHandlers } from "../../tasks/task-handler.ts";
import type { Provider } from "../provider.ts";
import { googleSecrets, isGoogleConfigured, isGooglePushConfigured } from "./env.ts";

const questions: TaskHandlers = {
  find_google_meet_conferences: () => import("./tasks/find_google_meet_conferences.ts"),
  reconcile_google_meet_conference: () => import("./tasks/reconcile_google_meet_conference.ts"),
  resolve_google_meet_participant: () => import("./tasks/resolve_google_meet_participant.ts"),
  resolve_google_meet_space: () => import("./tasks/resolve_google_meet_space.ts"),
};

const subscriptions: TaskHandlers = {
  sync_google_meet_subscription: () => import("./tasks/sync_google_meet_subscription.ts"),
};

export const googleMeet: Provider = {
  secrets: googleSecrets,
  linkSeconds: null,
  normalizer: () => import("./receive.ts"),
  tasks: () => ({
    ...(isGoogleConfigured() ? questions : {}),
    ...(isGooglePushConfigured() ? subscriptions : {}),
  }),
  recordingLinks: async (files, service, signal) => {
    const { googleMeetRecordingLinks } = await import("./recording-links.ts");
    return googleMeetRecordingLinks(service(), files, signal);
  },
};

import { googleMeet } from "./google-meet/provider.ts";
import type { MeetingProvider } from "./meeting-event.ts";
import type { Provider } from "./provider.ts";
import { zoom } from "./zoom/provider.ts";

/** The providers of meetings. Everything else in the domain reads this list. */
export const providers: Readonly<Record<MeetingProvider, Provider>> = {
  zoom,
  google_meet: googleMeet,
};

/** The variables that an operator sets for the providers of meetings. */
export const meetingSecrets = Object.values(providers).flatMap(({ secrets }) => secrets);

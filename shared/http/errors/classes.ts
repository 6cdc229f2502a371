import type { ErrorCatalogue } from "../api-error.ts";

/** Refusals about classes, attendance and recordings. */
export const classErrors = {
  recording_busy: {
    status: 429,
    message: "Zoom takes no more requests right now; try again later.",
  },
  recording_refused: { status: 409, message: "Zoom cannot do this with this meeting right now." },
  recording_storage_full: { status: 409, message: "There is no room for recordings at Zoom." },
  meeting_provider_unavailable: {
    status: 503,
    message: "The meeting provider cannot be reached; try again shortly.",
  },
} as const satisfies ErrorCatalogue;

import { type ApiError, comeBack, type ErrorCatalogue, refusals } from "../core/api-error.ts";

/** Refusals about classes, rosters, attendance and recordings. */
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

  // Refused by SQL alone.
  calendar_link_not_valid: { status: 404 },
  class_not_found: { status: 404 },
  participant_not_found: { status: 404 },
  class_not_live: { status: 409 },
  class_without_meeting: { status: 409 },
  recording_not_controllable: { status: 409 },
  class_status_is_derived: { status: 422 },
  host_is_no_student: { status: 422 },
  not_on_the_roster: { status: 422 },
  students_required: { status: 422 },
  too_many_students: { status: 422 },
  unknown_students: { status: 422 },
} as const satisfies ErrorCatalogue;

export const classRefusal = refusals(classErrors);

/** When to come again if the provider does not say it. */
const RETRY_SECONDS = 30;

/** A 503: the meeting provider does not answer, is busy, or does not let us in. It says when to come again. */
export function meetingProviderUnavailable(reason: string, seconds = RETRY_SECONDS): ApiError {
  return classRefusal("meeting_provider_unavailable", undefined, comeBack(reason, seconds));
}

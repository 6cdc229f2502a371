import type { Caller } from "./call.ts";
import type { Args, Body } from "./contract.ts";

/** Live classes: who attended, what was recorded, who is enrolled. */
export function classes({ invoke, rpc }: Caller) {
  return {
    /** Who attended a class. */
    attendance: (classId: string) =>
      invoke<"getClassAttendance">("class-attendance", { query: { class_id: classId } }),
    /** Who attended a class, as a CSV file. */
    attendanceCsv: (classId: string) =>
      invoke<"getClassAttendance", string>("class-attendance", {
        query: { class_id: classId, format: "csv" },
      }),
    /** A class's recordings, with links that expire soon. */
    recordings: (classId: string) =>
      invoke<"getClassRecordings">("class-recordings", { query: { class_id: classId } }),
    /** Starts, stops, pauses or resumes the recording. */
    controlRecording: (body: Body<"postZoomRecording">) =>
      invoke<"postZoomRecording">("zoom-recording", { method: "POST", body }),
    /** Since when the caller has a calendar link. */
    calendarLink: () => rpc("calendar_link"),
    /** Makes a calendar link in place of the one before. `<project>/functions/v1/calendar?token=…` is what a program subscribes to. */
    createCalendarLink: () => rpc("create_calendar_link"),
    /** Ends it. */
    revokeCalendarLink: () => rpc("revoke_calendar_link"),
    /** Makes these students the whole roster. */
    setEnrollments: (args: Args<"set_enrollments">) => rpc("set_enrollments", args),
    /** Says who a participant is. */
    assignParticipant: (args: Args<"assign_participant">) => rpc("assign_participant", args),
    /** Meetings of the caller's that belong to no class. */
    unboundMeetings: () => rpc("unbound_meetings"),
    /** Says that a class's meeting is its own. */
    confirmMeeting: (classId: string) => rpc("confirm_class_meeting", { class_id: classId }),
  };
}

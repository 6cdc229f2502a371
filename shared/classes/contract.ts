import { z } from "zod";
import { Constants } from "../../supabase/database.types.ts";
import type { Rpcs } from "../core/contract.ts";
import { UnboundMeeting } from "./contract/meetings.ts";

const { Enums } = Constants.public;

const time = z.iso.datetime({ offset: true });

const ReportedClass = z.object({
  id: z.uuid(),
  title: z.string(),
  status: z.enum(Enums.class_status),
  scheduled_start: time,
  scheduled_end: time,
  actual_start_time: time
    .nullable()
    .describe("When its first meeting started; null before that, and without a meeting."),
  actual_end_time: time
    .nullable()
    .describe("When its last meeting ended; null while one runs, and without a meeting."),
  attendance_synced: z
    .boolean()
    .describe("Whether the attendance was compared with the provider's own report."),
});

const StudentAttendance = z.object({
  profile_id: z.uuid(),
  full_name: z.string().nullable(),
  status: z
    .enum(Enums.attendance_status)
    .nullable()
    .describe("A mark, or else what was computed; null for a class that did not take place."),
  is_marked: z.boolean().describe("Whether the status was set by a person."),
  attended_seconds: z
    .int()
    .min(0)
    .describe(
      "Seconds in the meeting within the time of the class; two devices at once count once.",
    ),
  share: z.number().min(0).max(1).describe("The part of the class that was attended, 0 to 1."),
  first_join: time.nullable().describe("Within the time of the class; null without attendance."),
  last_leave: time.nullable().describe("Within the time of the class; null without attendance."),
});

const UnmatchedSession = z.object({
  participant_id: z.uuid().describe("What `assign_participant` takes."),
  user_name: z.string().nullable().describe("The name in the meeting."),
  user_email: z.string().nullable().describe("The address that the provider tells, lower case."),
  join_time: time.nullable().describe("Null when only the leave is known."),
  leave_time: time
    .nullable()
    .describe("The leave, or else the end of the meeting; null while open, and without a join."),
});

const SessionToReview = z.object({
  participant_id: z.uuid().describe("What `assign_participant` takes."),
  profile_id: z.uuid(),
  user_name: z.string().nullable().describe("The name in the meeting."),
  leave_time: time.nullable(),
});

/** Who attended a class, as its host sees it. */
export const AttendanceReport = z
  .object({
    class: ReportedClass,
    students: z.array(StudentAttendance).describe("Everybody on the roster, by name."),
    unmatched: z
      .array(UnmatchedSession)
      .describe("Sessions of people who are not known to be of the class."),
    to_review: z
      .array(SessionToReview)
      .describe("Sessions without a known join; they count 0 seconds."),
  })
  .describe("The attendance of a class: its students, and the sessions that need a look.");

const RecordingFile = z.object({
  id: z.uuid(),
  file_type: z
    .string()
    .nullable()
    .describe("What kind of file it is, in the provider's word, such as `MP4`."),
  recording_type: z
    .string()
    .nullable()
    .describe("What was recorded, in the provider's word, such as `shared_screen`."),
  started_at: time.nullable(),
  ended_at: time.nullable(),
  size_bytes: z.int().min(0).nullable(),
});

/** A file of a class, with a link. */
export const PlayableRecording = RecordingFile.extend({
  url: z
    .url()
    .nullable()
    .describe("Where it plays; null when the provider has no link for it (any more)."),
  expires_at: time
    .nullable()
    .describe(
      "When the link ends. Null beside a link of Google Meet, which opens for whom Google lets in.",
    ),
}).describe("A recorded file, with a link that was fetched for this answer.");

/** The files of a class. */
export const Recordings = z
  .object({
    recordings: z.array(PlayableRecording).describe("The oldest first; empty without recordings."),
  })
  .describe("The files of a class that the caller may play.");

/** The answer to a request to start, stop, pause or resume a recording. */
export const RecordingRequest = z
  .object({
    status: z.literal("requested"),
    recording_status: z
      .enum(Enums.recording_status)
      .describe("The status before the request; it follows once Zoom says that it was done."),
  })
  .describe("Zoom took the request.");

/** What `recording_control_target` answers. */
export const RecordingTarget = z
  .object({
    meeting_id: z.string().describe("The number of the Zoom meeting."),
    recording_status: z.enum(Enums.recording_status),
  })
  .describe("The running Zoom meeting of a class.");

/** What `playable_recordings` answers. */
export const RecordingFiles = z
  .array(RecordingFile)
  .describe("The available files of a class without their links, the oldest first.");

/** What became of a roster that was set. */
export const RosterChange = z
  .object({
    enrolled: z.int().min(0).describe("Students on the roster now."),
    added: z.int().min(0),
    removed: z.int().min(0),
  })
  .describe("The size of a roster, and what setting it changed.");

/** The answer to the validation of the webhook's address, by which we show Zoom that we hold the secret. */
export const ZoomChallengeAnswer = z
  .object({
    plainToken: z.string().describe("The token as Zoom sent it."),
    encryptedToken: z.string().describe("HMAC-SHA256 of the token with the app's secret, in hex."),
  })
  .describe("The answer to Zoom's validation of the address.");

/** What `create_calendar_link` answers. */
export const NewCalendarLink = z
  .object({
    token: z.string().describe("What `GET /calendar` takes. Shown this once."),
    created_at: time,
  })
  .describe("A calendar link that was just made.");

/** What `calendar_link` answers. */
export const CalendarLink = z
  .object({ created_at: time.nullable().describe("Null without a link.") })
  .describe("Whether there is a calendar link.");

export const schemas = {
  ZoomChallengeAnswer,
  AttendanceReport,
  PlayableRecording,
  Recordings,
  RecordingRequest,
  RecordingTarget,
  RecordingFiles,
  RosterChange,
  NewCalendarLink,
  CalendarLink,
  UnboundMeeting,
};

export const rpcs: Rpcs = {
  set_enrollments: {
    summary: "Sets the roster of a class",
    description:
      "For the host and admins. Whoever is not named is taken off, so that repeating the request changes nothing. " +
      "`too_many_students` says in `details` how many are `allowed`, and `unknown_students` names the `student_ids`.",
    args: {
      p_class_id: "The class.",
      p_student_ids: "Everybody on the roster, by profile id. An empty list clears it.",
    },
    answer: RosterChange,
    refuses: [
      "class_not_found",
      "students_required",
      "too_many_students",
      "host_is_no_student",
      "unknown_students",
      "rate_limited",
    ],
  },
  class_attendance_report: {
    summary: "Reads the attendance of a class",
    description:
      "For the host and admins. `GET /class-attendance` answers the same, and as CSV if asked.",
    args: { p_class_id: "The class." },
    answer: AttendanceReport,
    refuses: ["class_not_found"],
  },
  assign_participant: {
    summary: "Says who a session of a meeting was",
    description:
      "For the host and admins. Where the session has an account at the provider, that account is the same person in every " +
      "class of the host from now on. Answers with the session.",
    args: {
      p_participant_id: "The session: `participant_id` in the attendance report.",
      p_profile_id:
        "Somebody on the roster, or the host. Null takes an assignment back and lets the matching decide.",
    },
    refuses: ["participant_not_found", "not_on_the_roster"],
  },
  playable_recordings: {
    summary: "Lists the recorded files of a class",
    description:
      "For the host, admins and the enrolled. `GET /class-recordings` lists the same with links to play them.",
    args: { p_class_id: "The class." },
    answer: RecordingFiles,
    refuses: ["class_not_found"],
  },
  recording_control_target: {
    summary: "Reads which meeting can be recorded",
    description:
      "For the host and admins, while a class runs over Zoom. `POST /zoom-recording` asks this itself before it asks Zoom. " +
      "`class_not_live` says the `status` of the class in `details`.",
    args: { p_class_id: "The class." },
    answer: RecordingTarget,
    refuses: ["class_not_found", "recording_not_controllable", "class_not_live"],
  },
  unbound_meetings: {
    summary: "Lists meetings that belong to no class",
    description:
      "A host gets their own, an admin everybody's, and whoever hosts nothing gets none; at most 200 of each `kind`. " +
      "`instance`: it ran outside the time of every class; `announced`: it was created at the provider; `shared`: it ran on " +
      "into the class in `class_ids`, which has no meeting of its own.",
    answer: z.array(UnboundMeeting),
  },
  create_calendar_link: {
    summary: "Makes the caller's calendar link",
    description:
      "In place of the one before, which ends. `GET /calendar?token=…` is the address for a calendar program.",
    answer: NewCalendarLink,
    refuses: ["account_not_found", "account_suspended", "account_closing"],
  },
  calendar_link: {
    summary: "Reads whether the caller has a calendar link",
    description: "The token itself cannot be read again.",
    answer: CalendarLink,
  },
  revoke_calendar_link: {
    summary: "Ends the caller's calendar link",
    description: "Without one it changes nothing.",
  },
  confirm_class_meeting: {
    summary: "Confirms that a meeting is the host's",
    description:
      "For admins, where the provider does not show whose meeting it is. The class gets what took place in the meeting, also " +
      "from a class of another host. Answers with the class.",
    args: { p_class_id: "The class." },
    refuses: ["class_not_found", "class_without_meeting"],
  },
};

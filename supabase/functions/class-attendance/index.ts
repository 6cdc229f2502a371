import { AttendanceQuery, readAttendance } from "../../../shared/classes/attendance.ts";
import { withUser } from "../../../shared/http/with-user.ts";

/** Answers the attendance sheet of a class, for its host and admins; see docs/api/classes.md#class-attendance. */
export default {
  fetch: withUser({
    GET: async ({ query, db }) => readAttendance(db, await query(AttendanceQuery)),
  }),
};

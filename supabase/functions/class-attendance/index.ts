import { readAttendance } from "../../../shared/classes/attendance.ts";
import { withUser } from "../../../shared/http/with-user.ts";

/** Answers the attendance sheet of a class; see docs/api/classes.md#class-attendance. */
export default withUser([readAttendance]);

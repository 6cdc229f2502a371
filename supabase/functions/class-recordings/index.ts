import { readRecordings } from "../../../shared/classes/recordings.ts";
import { withUser } from "../../../shared/http/with-user.ts";

/** Answers the recordings of a class with short-lived links; see docs/api/classes.md#class-recordings. */
export default withUser([readRecordings]);

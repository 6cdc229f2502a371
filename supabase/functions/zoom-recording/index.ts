import { controlRecordingOfClass } from "../../../shared/classes/recording-control.ts";
import { withUser } from "../../../shared/http/with-user.ts";

/** Starts, stops, pauses or resumes the recording of a running class; see docs/api/classes.md#zoom-recording. */
export default withUser([controlRecordingOfClass]);

import { readCalendar } from "../../../shared/classes/calendar.ts";
import { withAnyone } from "../../../shared/http/with-anyone.ts";

/** Answers a person's classes for their calendar program, by a secret link; see docs/api/calendar.md. */
export default withAnyone([readCalendar]);

import { withUser } from "../../../shared/http/with-user.ts";
import { readSurvey, submitSurvey } from "../../../shared/support/survey.ts";

/** Takes and shows a customer's rating of a resolution; see docs/api/support.md#ticket-survey. */
export default withUser([readSurvey, submitSurvey]);

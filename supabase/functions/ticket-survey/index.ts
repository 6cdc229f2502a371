import { withUser } from "../../../shared/http/with-user.ts";
import {
  readSurvey,
  SurveyInput,
  SurveyQuery,
  submitSurvey,
} from "../../../shared/support/survey.ts";

/** Takes and shows a customer's rating of a resolution; see docs/api/support.md#ticket-survey. */
export default {
  fetch: withUser({
    GET: async ({ query, db }) => readSurvey(db, await query(SurveyQuery)),
    POST: async ({ body, db }) => submitSurvey(db, await body(SurveyInput)),
  }),
};

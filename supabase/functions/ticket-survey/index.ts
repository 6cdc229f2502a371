import { withUser } from "../../../shared/http/with-user.ts";
import {
  readSurvey,
  SurveyInput,
  SurveyQuery,
  submitSurvey,
} from "../../../shared/support/survey.ts";

/** How a customer rates a resolution; see docs/api/support.md#ticket-survey. */
export default {
  fetch: withUser({
    GET: async ({ query, db }) => readSurvey(db, await query(SurveyQuery)),
    POST: async ({ body, db }) => submitSurvey(db, await body(SurveyInput)),
  }),
};

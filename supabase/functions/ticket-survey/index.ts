import { withUser } from "../../../shared/http/with-user.ts";
import { readSurvey, SurveyInput, submitSurvey } from "../../../shared/support/survey.ts";

/** How a customer rates a resolution; see docs/api/support.md#ticket-survey. */
export default {
  fetch: withUser({
    GET: ({ query, db }) => readSurvey(db, query.uuid("ticket_id")),
    POST: async ({ body, db }) => submitSurvey(db, await body(SurveyInput)),
  }),
};

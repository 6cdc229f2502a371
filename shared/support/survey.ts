import { z } from "zod";
import { Constants } from "../../supabase/database.types.ts";
import type { Db } from "../core/db.ts";
import { rpc } from "../db/call.ts";
import { uuid } from "../http/query.ts";
import { created } from "../http/responses.ts";
import { supportRefusal } from "./errors.ts";
import { text } from "./text.ts";

/** The body of `POST /ticket-survey`; that it needs a rating or a satisfaction is the database's to say. */
export const SurveyInput = z.strictObject({
  ticket_id: z.uuid(),
  rating: z.int().min(1).max(5).nullish(),
  satisfaction: z.enum(Constants.public.Enums.survey_satisfaction).nullish(),
  feedback: text(2000).nullish(),
});

/**
 * Rates the current resolution of the caller's ticket: 201 with the survey.
 * @throws ApiError ticket_not_found 404; survey_is_for_the_owner 403; survey_empty 422; survey_before_resolution,
 *   survey_window_over, survey_already_submitted 409
 */
export async function submitSurvey(db: Db, input: z.output<typeof SurveyInput>): Promise<Response> {
  const survey = await rpc(db, "submit_ticket_survey", {
    p_ticket_id: input.ticket_id,
    ...(input.rating ? { p_rating: input.rating } : {}),
    ...(input.satisfaction ? { p_satisfaction: input.satisfaction } : {}),
    ...(input.feedback ? { p_feedback: input.feedback } : {}),
  });
  return created(survey);
}

/** The query of `GET /ticket-survey`. */
export const SurveyQuery = z.object({ ticket_id: uuid });

/**
 * The ratings of a ticket, and whether the caller can rate its current resolution.
 * @throws ApiError ticket_not_found 404
 */
export async function readSurvey(db: Db, { ticket_id }: z.output<typeof SurveyQuery>) {
  const survey = await rpc(db, "ticket_survey", { p_ticket_id: ticket_id });
  return survey ?? supportRefusal("ticket_not_found");
}

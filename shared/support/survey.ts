import { z } from "zod";
import { Constants } from "../../supabase/database.types.ts";
import { rpc } from "../db/call.ts";
import { uuid } from "../http/fields.ts";
import { userRoute } from "../http/with-user.ts";
import { supportRefusal } from "./errors.ts";
import { text } from "./text.ts";

/** That a survey needs a rating or a satisfaction is the database's to say. */
export const submitSurvey = userRoute("POST /ticket-survey", {
  summary: "Rate the current resolution of the caller's ticket",
  body: z.strictObject({
    ticket_id: z.uuid(),
    rating: z.int().min(1).max(5).nullish().describe("From 1 to 5, the best."),
    satisfaction: z.enum(Constants.public.Enums.survey_satisfaction).nullish(),
    feedback: text(2000).nullish(),
  }),
  answers: { 201: "Survey" },
  rpcs: ["submit_ticket_survey"],
  handle: ({ db, body }) =>
    rpc(db, "submit_ticket_survey", {
      p_ticket_id: body.ticket_id,
      ...(body.rating ? { p_rating: body.rating } : {}),
      ...(body.satisfaction ? { p_satisfaction: body.satisfaction } : {}),
      ...(body.feedback ? { p_feedback: body.feedback } : {}),
    }),
});

/** The ratings of a ticket. */
export const readSurvey = userRoute("GET /ticket-survey", {
  summary: "The ratings of a ticket, and whether the caller can rate its current resolution",
  query: z.object({ ticket_id: uuid }),
  answers: { 200: "TicketSurvey" },
  rpcs: ["ticket_survey"],
  refuses: ["ticket_not_found"],
  handle: async ({ db, query }) =>
    (await rpc(db, "ticket_survey", { p_ticket_id: query.ticket_id })) ??
    supportRefusal("ticket_not_found"),
});

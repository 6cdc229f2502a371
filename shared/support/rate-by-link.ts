import { z } from "zod";
import { Constants } from "../../supabase/database.types.ts";
import { rpc } from "../db/call.ts";
import type { Schemas } from "../http/route.ts";
import { anyoneRoute } from "../http/with-anyone.ts";
import { text } from "./text.ts";

const Rated = z.custom<Schemas["Survey"]>((value) => typeof value === "object" && value !== null);

/** The rules are those of a rating with a sign-in. */
export const rateByLink = anyoneRoute("POST /survey-link", {
  summary: "Rate a resolution by the link of its mail, without a sign-in",
  description:
    "A link works once, for the resolution that its mail told; a refusal does not use it up.",
  body: z.strictObject({
    token: z.string().min(1).max(200).describe("From the link of the mail."),
    rating: z.int().min(1).max(5).nullish().describe("From 1 to 5, the best."),
    satisfaction: z.enum(Constants.public.Enums.survey_satisfaction).nullish(),
    feedback: text(2000).nullish(),
  }),
  answers: { 201: "Survey" },
  rpcs: ["submit_ticket_survey"],
  refuses: ["survey_link_not_valid"],
  handle: async ({ service, body }) =>
    Rated.parse(
      await rpc(service(), "rate_by_link", {
        p_token: body.token,
        ...(body.rating ? { p_rating: body.rating } : {}),
        ...(body.satisfaction ? { p_satisfaction: body.satisfaction } : {}),
        ...(body.feedback ? { p_feedback: body.feedback } : {}),
      }),
    ),
});

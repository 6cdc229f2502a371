import { z } from "zod";
import { languages } from "./texts/kinds.ts";

const Values = z.record(z.string(), z.json());

/** One notification of those that a mail tells. */
const Item = z.object({ subject_id: z.guid().nullable(), data: Values, created_at: z.string() });
export type Item = z.infer<typeof Item>;

/** What a mail is written from: its reader and what they are told. */
export const Material = z.object({
  kind: z.string(),
  address: z.string(),
  name: z.string().nullable(),
  language: z.enum(languages).catch("en"),
  time_zone: z.string(),
  is_required: z.boolean(),
  /** What the domains give to the mail, such as tokens for its links. */
  links: z.object({
    survey_token: z.string().nullish(),
    texts: z.record(z.string(), z.string()).nullish(),
  }),
  items: z.array(Item).min(1),
});
export type Material = z.infer<typeof Material>;

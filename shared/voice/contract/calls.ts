import { z } from "zod";
import { Constants } from "../../../supabase/database.types.ts";

const enums = Constants.public.Enums;

const Id = z.guid();
const Time = z.iso.datetime({ offset: true });
const Count = z.int().min(0);
const Usd = z.number().min(0);

/** What every form of a call tells. */
export const told = {
  id: Id.describe("The call."),
  called_at: Time.describe("When it connected, else the first sign of it; the order of lists."),
  direction: z.enum(enums.call_direction).describe("Who called whom."),
  status: z.enum(enums.call_status).describe("How far the call has come."),
  outcome: z
    .enum(enums.call_outcome)
    .nullable()
    .describe("What became of it; null until it ended."),
  ended_reason: z
    .string()
    .nullable()
    .describe("The telephone provider's word for why it ended, an open list; null when not told."),
  assistant_id: Id.nullable().describe(
    "The assistant that took it, also a deleted one; null when none did.",
  ),
  assistant_name: z
    .string()
    .nullable()
    .describe("The name of that assistant; null when it is not known any more."),
  caller_number: z
    .string()
    .nullable()
    .describe(
      "As the provider told it, mostly E.164; null when withheld, or forgotten after 180 days.",
    ),
  duration_seconds: Count.nullable().describe(
    "Seconds, rounded up; 0 for a call that never connected, null until it is measured.",
  ),
  cost: Usd.nullable().describe("What the provider charged, in USD; null until it is told."),
  is_success: z
    .boolean()
    .nullable()
    .describe("The provider's evaluation, read as yes or no; null when there is none to be read."),
};

const listed = {
  ...told,
  started_at: Time.nullable().describe("When it connected; null when it did not."),
  ended_at: Time.nullable().describe("When it ended; null until that is told."),
  phone_number_id: Id.nullable().describe(
    "The number that was called, also one given up; null when none was.",
  ),
  has_recording: z.boolean().describe("Whether GET /analytics/calls/:id/recording leads to one."),
};

const summary = z
  .string()
  .nullable()
  .describe(
    "What it was about, in the provider's words; null when there is none or it is forgotten.",
  );

/** A call in a list. */
export const CallCard = z.object({ ...listed, summary }).describe("A call as lists show it.");

const calls = z.array(CallCard).describe("The newest first.");

/** The answer of GET /analytics/calls. */
export const CallsPage = z
  .object({
    calls,
    next_cursor: z.string().nullable().describe("Cursor of the next page; null on the last."),
  })
  .describe("A page of the caller's calls.");

/** What list_calls answers. */
export const CallList = z
  .object({
    calls,
    next: z
      .object({
        called_at: Time.describe("The p_after_called_at of the next page."),
        id: Id.describe("The p_after_id of the next page."),
      })
      .nullable()
      .describe("Where the next page starts; null on the last."),
  })
  .describe("A page of the caller's calls.");

/** What read_call answers when there is such a call. */
export const Call = z
  .object({
    ...listed,
    summary,
    granted_seconds: Count.nullable().describe(
      "Seconds that the call was allowed; 0 when it was refused, null when nobody asked (outbound and web calls).",
    ),
    cost_breakdown: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe("The provider's parts of the cost, as they came; null when not told."),
    success_evaluation: z
      .string()
      .nullable()
      .describe("The provider's evaluation as it came; null when there is none."),
    transcript: z
      .string()
      .nullable()
      .describe("What was said; null when there is none, or forgotten after 180 days."),
    structured_data: z
      .unknown()
      .describe(
        "What the assistant was to find out: any JSON, in the shape of its questions; null when there is none or it is forgotten.",
      ),
    reported_at: Time.nullable().describe(
      "When the provider made its final report; null when none came.",
    ),
  })
  .describe("A call with all that was said.");

import { z } from "zod";
import { Constants } from "../../../supabase/database.types.ts";
import { told } from "./calls.ts";

const { call_outcome } = Constants.public.Enums;

const Id = z.guid();
const Time = z.iso.datetime({ offset: true });
const Count = z.int().min(0);
const Usd = z.number().min(0);

const ofOutcome = (outcome: (typeof call_outcome)[number]) =>
  Count.describe(`Ended calls whose outcome is ${outcome}.`);

const counted = {
  total_calls: Count.describe("Calls."),
  ended_calls: Count.describe("Calls that ended."),
  answered_calls: Count.describe("Calls that connected."),
  successful_calls: Count.describe(
    "Ended calls with a positive evaluation, or without one completed and at least 10 s long.",
  ),
  completed_calls: ofOutcome("completed"),
  no_answer_calls: ofOutcome("no_answer"),
  busy_calls: ofOutcome("busy"),
  voicemail_calls: ofOutcome("voicemail"),
  cancelled_calls: ofOutcome("cancelled"),
  rejected_calls: ofOutcome("rejected"),
  failed_calls: ofOutcome("failed"),
  total_duration_seconds: Count.describe("Seconds of all calls."),
  total_cost: Usd.describe("USD."),
};

const Seconds = Count.nullable();

const measured = {
  ...counted,
  open_calls: Count.describe("Calls that have not ended."),
  success_rate: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe("successful_calls / ended_calls, from 0 to 1; null when none ended."),
  average_duration_seconds: z
    .number()
    .min(0)
    .nullable()
    .describe("Seconds, to a tenth, of calls that connected; null without any."),
  p50_duration_seconds: Seconds.describe("The median in seconds, approximate; null without calls."),
  p95_duration_seconds: Seconds.describe(
    "The 95th percentile in seconds, approximate; null without calls.",
  ),
};

const Metrics = z.object({
  ...measured,
  minutes_used: z
    .number()
    .min(0)
    .nullable()
    .describe(
      "Minutes of call time used in the current period, whatever the range; null without an account.",
    ),
  minutes_remaining: z
    .number()
    .min(0)
    .nullable()
    .describe("Minutes left in the current period; null is unlimited."),
  active_assistants: Count.describe(
    "Assistants that are switched on; 0 unless the account is active.",
  ),
  phone_numbers: Count.describe("Numbers that are active."),
});

const Previous = z.object({
  ...measured,
  from: z.iso.date().describe("First day."),
  to: z.iso.date().describe("Last day: the one before the range."),
});

const Change = z.number().nullable();

const Growth = z.object({
  total_calls: Change,
  answered_calls: Change,
  successful_calls: Change,
  failed_calls: Change,
  success_rate: Change,
  total_duration_seconds: Change,
  average_duration_seconds: Change,
  total_cost: Change,
});

const Range = z.object({
  from: z.iso.date().describe("First day."),
  to: z.iso.date().describe("Last day, included."),
  days: z.int().min(1).max(366).describe("Days from the first to the last."),
  time_zone: z.string().describe("IANA name of the zone in which days are cut."),
  interval: z.enum(["day", "hour"]).describe("What a point of the series covers."),
  assistant_id: Id.nullable().describe("The one assistant that was asked for; null is all."),
});

const Point = z.object({
  start: z
    .union([z.iso.date(), z.iso.datetime()])
    .describe("A day (YYYY-MM-DD), or for hours the instant in UTC at which the hour begins."),
  ...counted,
});

const AssistantShare = z.object({
  assistant_id: Id.nullable().describe("Null gathers the calls without an assistant."),
  name: z.string().nullable().describe("Null when it is not known any more, or there is none."),
  is_deleted: z.boolean().describe("Whether the assistant is gone."),
  total_calls: counted.total_calls,
  ended_calls: counted.ended_calls,
  successful_calls: counted.successful_calls,
  total_duration_seconds: counted.total_duration_seconds,
  total_cost: counted.total_cost,
});

/** What analytics_dashboard answers. */
export const Dashboard = z
  .object({
    range: Range.describe("What the answer is about."),
    metrics: Metrics.describe("The figures of the range, and what the account has now."),
    previous: Previous.describe("The figures of as many days before the range."),
    growth: Growth.describe(
      "Change from the days before as a share of them: 0.25 is a quarter more; null when there was nothing before.",
    ),
    series: z
      .array(Point)
      .describe("Every day or hour of the range in order, with zeros where nothing happened."),
    by_outcome: z
      .array(z.object({ outcome: z.enum(call_outcome), calls: Count }))
      .describe("Ended calls of every outcome; their sum is ended_calls."),
    by_ended_reason: z
      .array(z.object({ ended_reason: z.string().nullable(), calls: Count }))
      .describe(
        "Ended calls by the provider's word, the most frequent first; null gathers those without one.",
      ),
    by_weekday_hour: z
      .array(
        z.object({
          weekday: z.int().min(1).max(7).describe("1 is Monday, 7 is Sunday."),
          calls: z
            .array(Count)
            .length(24)
            .describe("Calls by hour of the local clock, from 0 to 23."),
        }),
      )
      .length(7)
      .describe("When calls come; the sum is total_calls."),
    by_assistant: z
      .array(AssistantShare)
      .describe("The busiest first, deleted ones as well; the sum is total_calls."),
    recent_calls: z
      .array(z.object(told))
      .max(10)
      .describe("The ten newest calls of the range, the newest first."),
    freshness: z
      .object({
        computed_at: Time.describe("When the answer was made; it misses no call before."),
        tier: z
          .enum(["day", "quarter_hour"])
          .describe(
            "What it was summed from: rows of days, or of quarters of an hour in a zone that has no day rows.",
          ),
        last_call_at: Time.nullable().describe("The newest call of all; null when there is none."),
      })
      .describe("How current the answer is."),
  })
  .describe("How the caller's calls went.");

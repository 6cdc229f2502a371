import { z } from "zod";
import { Constants } from "../../../supabase/database.types.ts";

const { account_status, actor_kind, expiry_reason, plan_type } = Constants.public.Enums;

const Time = z.iso.datetime({ offset: true });
const Count = z.int().min(0);
const Maximum = Count.nullable();
const Percent = z.number().min(0).nullable();

const Warning = z
  .object({
    type: z
      .enum(["warning", "critical", "error"])
      .describe(
        "How grave it is: warning from 75 % of a limit or when the trial ends soon, critical from 90 %, error from 100 % or when voice cannot be used.",
      ),
    code: z
      .enum([
        "account_expired",
        "account_suspended",
        "account_closing",
        "demo_ends_soon",
        "assistants_limit_near",
        "assistants_limit_reached",
        "call_time_limit_near",
        "call_time_limit_reached",
        "attachments_limit_near",
        "attachments_limit_reached",
      ])
      .describe("What it is about."),
    message: z.string().describe("A sentence for people, in English."),
  })
  .describe("Something that limits the account or soon will.");

/** What user_limits_overview answers to whoever has an account. */
export const UserLimits = z
  .object({
    plan_type: z.enum(plan_type).describe("The plan."),
    current_assistants: Count.describe("Assistants that there are now; never reset."),
    max_assistants: Maximum.describe("The most assistants; null is unlimited."),
    remaining_assistants: Maximum.describe(
      "Assistants that can still be created; null is unlimited.",
    ),
    used_call_time_seconds: Count.describe("Seconds of calls that ended in the period."),
    max_call_time_seconds: Maximum.describe("The most seconds in a period; null is unlimited."),
    remaining_call_time_seconds: Maximum.describe(
      "Seconds that are left in the period, never below 0; null is unlimited.",
    ),
    used_attachment_bytes: Count.describe("Bytes of attachments that there are now; never reset."),
    max_attachment_bytes: Maximum.describe("The most bytes of attachments; null is unlimited."),
    remaining_attachment_bytes: Maximum.describe(
      "Bytes that can still be uploaded, never below 0; null is unlimited.",
    ),
    usage_percentage: z
      .object({
        assistants: Percent.describe("Percent of the assistants; null is unlimited."),
        call_time: Percent.describe("Percent of the call time; null is unlimited."),
        attachments: Percent.describe("Percent of the attachment bytes; null is unlimited."),
      })
      .describe("What is used of each limit, to a tenth of a percent; can exceed 100."),
    period: z
      .object({
        start: Time.describe("When the period began."),
        end: Time.nullable().describe("When the next one begins; null is a period for life."),
      })
      .describe("The period in which call time counts."),
    account: z
      .object({
        status: z
          .enum(account_status)
          .describe("By the clock: a trial that is over is expired at once."),
        is_demo: z.boolean().describe("Whether this is a trial."),
        demo_expires_at: Time.nullable().describe(
          "When the trial ends or ended by time; null for an account that is no trial.",
        ),
        seconds_left: Count.nullable().describe(
          "Seconds until the trial ends; null unless the account is an active trial.",
        ),
        expiry_reason: z
          .enum(expiry_reason)
          .nullable()
          .describe("Why the trial ended; null for an account that has not expired."),
      })
      .describe("The state of the account."),
    warnings: z.array(Warning).describe("Warnings, those about the account first."),
  })
  .describe("What an account may use, has used and has left.");

/** A row of usage_logs as its owner reads it. */
export const UsageLogEntry = z
  .object({
    id: z.int().min(1).describe("Grows with time."),
    action_type: z.string().describe("What happened, such as call_recorded; more may come."),
    resource_type: z.string().describe("The kind of what it happened to, such as call."),
    resource_id: z.guid().nullable().describe("What it happened to; it may be gone by now."),
    assistant_count_change: z.int().describe("Assistants that came (positive) or went (negative)."),
    call_time_change_seconds: z
      .int()
      .describe("Seconds of call time that were added, or taken back by a correction (negative)."),
    attachment_bytes_change: z
      .int()
      .describe("Bytes of attachments that came (positive) or went (negative)."),
    actor_kind: z.enum(actor_kind).describe("Who caused it."),
    details: z
      .record(z.string(), z.unknown())
      .describe("More, by the kind of action; often empty."),
    created_at: Time.describe("When it was recorded."),
  })
  .describe("One change of an account or of its usage.");

/** The answer of GET /user-limits/history. */
export const UsageHistory = z
  .object({
    entries: z.array(UsageLogEntry).describe("The newest first."),
    next_cursor: z.string().nullable().describe("Cursor of the next page; null on the last."),
  })
  .describe("A page of the usage log.");

import { z } from "zod";
import { Constants } from "../../supabase/database.types.ts";
import type { Rpcs } from "../core/contract.ts";

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

const ExportCursor = z
  .object({
    domain: z.string(),
    section: z.string(),
    after: z.array(z.union([z.string(), z.number()])).describe("Key of the last row."),
  })
  .describe("Where a page ended: to be passed on as it is.");

const Sections = z.record(z.string(), z.array(z.record(z.string(), z.unknown())));

/** What export_my_data answers. */
export const ExportPage = z
  .object({
    exported_at: Time.describe("When the page was read."),
    next_cursor: ExportCursor.nullable().describe(
      "The p_cursor of the next page; null on the last.",
    ),
    accounts: Sections.optional().describe(
      "Rows by section: closure, limits, notifications, profile, rates, told, usage_log.",
    ),
    classes: Sections.optional().describe(
      "Rows by section: enrolments, hosted_classes, join_links, marks, meet_spaces, named_accounts, provider_ids, sessions.",
    ),
    support: Sections.optional().describe(
      "Rows by section: attachments, events, messages, replies, surveys, tickets.",
    ),
    voice: Sections.optional().describe(
      "Rows by section: assistant_names, assistants, calls, phone_numbers.",
    ),
  })
  .describe(
    "A page of everything that is held about the caller. A page has the domains and sections that it reached; a section can go on in the next page.",
  );

/** What the RPCs that ask for a deletion answer. */
export const DeletionRequest = z
  .object({
    deletion_requested_at: Time.describe("When the deletion was first asked for."),
    deleted_after: Time.describe(
      "Until then it can be taken back; from then on the account closes.",
    ),
  })
  .describe("That an account is to be deleted.");

/** The components of the accounts domain. */
export const schemas = { UserLimits, UsageLogEntry, UsageHistory, ExportPage, DeletionRequest };

/** What a client may call of the accounts domain. */
export const rpcs: Rpcs = {
  user_limits_overview: {
    summary: "Reads the caller's limits and usage",
    description:
      "The same as GET /user-limits. A period that is over is shown as the next one. Null for a caller whose account is gone.",
    answer: UserLimits.nullable(),
  },
  export_my_data: {
    summary: "Exports what is held about the caller, page by page",
    description:
      "A page ends at about 256 KiB or at 5,000 rows. Pages are not one snapshot: a row is shown as it is when its page is read.",
    args: { p_cursor: "The next_cursor of the page before; null or absent for the first page." },
    answer: ExportPage,
    refuses: ["invalid_cursor"],
  },
  request_account_deletion: {
    summary: "Asks for the deletion of the caller's account",
    description:
      "It can be taken back for seven days; then the account closes, which cannot be undone. Asking again changes nothing. At most 5 requests a day.",
    answer: DeletionRequest,
    refuses: [
      "account_suspended",
      "account_not_found",
      "account_closing",
      "last_admin",
      "rate_limited",
    ],
  },
  cancel_account_deletion: {
    summary: "Takes the request to delete the caller's account back",
    description: "Possible until the account closes. Without a request nothing happens.",
    refuses: ["account_closing"],
  },
  admin_request_account_deletion: {
    summary: "Asks for the deletion of somebody's account",
    description:
      "For admins; also for a suspended account. The owner is told, and may take it back like a request of their own.",
    args: { p_user_id: "Whose account." },
    answer: DeletionRequest,
    refuses: ["admin_only", "account_not_found", "account_closing", "last_admin"],
  },
  admin_cancel_account_deletion: {
    summary: "Takes the request to delete somebody's account back",
    description: "For admins, until the account closes. Without a request nothing happens.",
    args: { p_user_id: "Whose account." },
    refuses: ["admin_only", "account_closing"],
  },
  admin_set_plan: {
    summary: "Gives an account a plan",
    description:
      "For admins; recorded. The plan brings its limits, and usage stays. A paid plan ends a trial for ever and makes an expired account active again. Answers the account's limits.",
    args: { p_user_id: "Whose account.", p_plan: "The new plan." },
    refuses: ["admin_only", "account_not_found", "account_closing"],
  },
  admin_set_role: {
    summary: "Gives an account a role",
    description:
      "For admins; recorded. A role other than member ends a trial for ever. Who stops being support staff loses their unfinished tickets. Answers the profile.",
    args: { p_user_id: "Whose account.", p_role: "The new role." },
    refuses: ["admin_only", "account_not_found", "last_admin"],
  },
};

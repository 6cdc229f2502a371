import { z } from "zod";
import { Constants } from "../../../supabase/database.types.ts";
import { AdminAction } from "../../core/admin-action.ts";
import { UsageLogEntry, UserLimits } from "./limits.ts";

const { account_status, expiry_reason, ticket_priority, ticket_status, user_role } =
  Constants.public.Enums;

const Time = z.iso.datetime({ offset: true });
const Count = z.int().min(0);

const Account = z.object({
  id: z.guid().describe("The user."),
  email: z.string().nullable().describe("Their address, confirmed or not."),
  full_name: z.string().nullable().describe("The name that they gave."),
  role: z.enum(user_role).describe("Their role."),
  account_status: z.enum(account_status).describe("The state of the account, as it is stored."),
  created_at: Time.describe("When they signed up."),
  deletion_requested_at: Time.nullable().describe("When its deletion was asked for."),
  limits: UserLimits,
});

/** What admin_list_accounts answers. */
export const AccountList = z
  .object({
    accounts: z.array(Account).describe("May be fewer than asked for."),
    next: z
      .object({ after: z.string().describe("What the last row is ordered by."), id: z.guid() })
      .nullable()
      .describe("The p_cursor of the next page; null when there is nothing more."),
  })
  .describe("A page of accounts.");

const Trial = z.object({
  is_demo: z.boolean().describe("Whether it is a trial."),
  demo_expires_at: Time.nullable().describe("When the trial ends or ended by time."),
  expired_at: Time.nullable().describe("When it expired."),
  expiry_reason: z.enum(expiry_reason).nullable().describe("Why."),
  purge_after: Time.nullable().describe("When it may be deleted, if it is still expired then."),
  demo_warned_at: Time.nullable().describe("When its owner was told that it ends soon."),
  purge_warned_at: Time.nullable().describe("When its owner was told that it will be deleted."),
});

const Closure = z.object({
  reason: z.enum(["trial", "request"]).describe("Why it closes."),
  started_at: Time.describe("Since when."),
  outside_requested_at: Time.nullable().describe("When what lies at vendors was to be removed."),
  rows_deleted: Count.describe("Rows that are deleted so far."),
  last_error: z.string().nullable().describe("SQLSTATE and message of the last step; tried again."),
  completed_at: Time.nullable().describe("When it was done."),
});

const Ticket = z.object({
  id: z.guid(),
  ticket_number: z.string().describe("The number that people see."),
  subject: z.string(),
  status: z.enum(ticket_status),
  priority: z.enum(ticket_priority),
  created_at: Time,
});

/** What admin_read_account answers. */
export const AccountDetails = Account.extend({
  time_zone: z.string().describe("IANA name."),
  workspace_email: z.string().nullable().describe("The Google Workspace address they host under."),
  trial: Trial.describe("The trial."),
  closure: Closure.nullable().describe("How far its deletion is; null unless it closes."),
  tasks: z
    .object({
      open: Count.nullable().describe("Tasks that are still to be done."),
      dead: Count.nullable().describe("Tasks that were given up."),
    })
    .describe("Our work outside the database for it."),
  voice: z
    .object({
      assistants: Count,
      phone_numbers: Count,
      calls: Count.describe("Calls of the last 30 days."),
      failed_calls: Count.describe("Those of them that failed."),
      duration_seconds: Count.describe("What they lasted."),
      cost: z.number().min(0).describe("What they cost, in USD."),
    })
    .describe("Its phone assistants and calls."),
  classes: z
    .object({ hosted: Count.describe("Classes that they host."), enrolled: Count })
    .describe("Its classes."),
  tickets: z.array(Ticket).describe("Its latest tickets, at most 20."),
  usage_log: z
    .array(UsageLogEntry.extend({ actor_id: z.guid().nullable().describe("Who caused it.") }))
    .describe("The latest changes of its usage, at most 50."),
  actions: z.array(AdminAction).describe("What admins did to it, the newest first, at most 20."),
}).describe("An account as an admin sees it.");

/** What admin_list_actions answers. */
export const ActionList = z
  .object({
    actions: z
      .array(
        AdminAction.extend({
          actor_name: z.string().nullable().describe("The admin's name or address; null if gone."),
        }),
      )
      .describe("The newest first; may be fewer than asked for."),
    next: z
      .object({
        created_at: Time.describe("The p_after_created_at of the next page."),
        id: z.guid().describe("The p_after_id of the next page."),
      })
      .nullable()
      .describe("Where the next page goes on; null when there is nothing more."),
  })
  .describe("A page of the audit log.");

const Limit = z.int().min(0).nullable().optional();

/** The limits to change. */
export const Limits = z
  .object({
    max_assistants: Limit.describe("The most assistants."),
    max_call_time_seconds: Limit.describe("The most seconds of calls in a period."),
    max_attachment_bytes: Limit.describe("The most bytes of attachments."),
  })
  .describe("The limits to change, at least one; null is unlimited. An absent one stays.");

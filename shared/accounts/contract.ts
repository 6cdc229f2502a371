import { z } from "zod";
import type { Rpcs } from "../core/contract.ts";
import { AccountDetails, AccountList, ActionList, Limits } from "./contract/accounts.ts";
import { UsageHistory, UsageLogEntry, UserLimits } from "./contract/limits.ts";
import { NotificationSetting, notificationRpcs } from "./contract/notifications.ts";
import { TimelineEntry } from "./contract/timeline.ts";
import {
  NewWebhookEndpoint,
  RotatedWebhookSecret,
  WebhookEndpoint,
  webhookRpcs,
} from "./contract/webhooks.ts";

const Time = z.iso.datetime({ offset: true });

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
      "Rows by section: closure, limits, notifications, preferences, profile, rates, told, usage_log, webhook_attempts, webhook_deliveries, webhook_endpoints.",
    ),
    classes: Sections.optional().describe(
      "Rows by section: enrolments, hosted_classes, join_links, marks, google_meet_spaces, named_accounts, provider_ids, sessions.",
    ),
    mail: Sections.optional().describe("Rows by section: deliveries, suppressed_addresses."),
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
export const schemas = {
  UserLimits,
  UsageLogEntry,
  UsageHistory,
  ExportPage,
  NotificationSetting,
  DeletionRequest,
  AccountList,
  AccountDetails,
  WebhookEndpoint,
  NewWebhookEndpoint,
  RotatedWebhookSecret,
  ActionList,
  TimelineEntry,
};

/** What a client may call of the accounts domain. */
export const rpcs: Rpcs = {
  ...notificationRpcs,
  ...webhookRpcs,
  user_limits_overview: {
    summary: "Reads the caller's limits and usage",
    description:
      "The same as GET /user-limits. A period that is over is shown as the next one. Null for a caller whose account is gone.",
    answer: UserLimits.nullable(),
  },
  my_timeline: {
    summary: "Reads a page of what happened to the caller",
    description:
      "The newest first, from the tables that the caller reads anyway: calls, classes, tickets, surveys, files, limits, plan. A class stands at the time for which it is planned, so the first page can lie in the future.",
    args: {
      p_kinds: "Only these kinds; null or absent for all.",
      p_before_at: "The `happened_at` of the last row that is known, exact to the microsecond.",
      p_before_id: "The `kind` and the `id` of that row, with a space between.",
      p_limit: "Rows, 1 to 100.",
    },
    answer: z.array(TimelineEntry),
    refuses: ["unknown_timeline_kind"],
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
    refuses: ["admin_only", "account_not_found", "account_closing", "last_admin"],
  },
  admin_list_accounts: {
    summary: "Lists accounts",
    description:
      "For admins and the secret key. The newest first; with p_q in the order of what was found. Filters are combined. A page may be short, because it ends after some thousand rows were looked at: go on with its next, with the same filters, until it is null.",
    args: {
      p_q: "What an address, a name or its last word begins with, whatever the case; or an id.",
      p_plan: "Only accounts on this plan.",
      p_state: "Only accounts of this state.",
      p_role: "Only accounts with this role.",
      p_cursor: "The next of the page before; null or absent for the first page.",
      p_limit: "Accounts of a page, 1 to 100; 50 when absent.",
    },
    answer: AccountList,
    refuses: ["admin_only", "invalid_cursor"],
  },
  admin_read_account: {
    summary: "Reads an account with all that an admin may know of it",
    description:
      "For admins and the secret key: its limits and usage, its trial, what it has, its latest tickets, its usage log and the audit log about it. Nothing of what is said in its calls.",
    args: { p_user_id: "Whose account." },
    answer: AccountDetails,
    refuses: ["admin_only", "account_not_found"],
  },
  admin_suspend: {
    summary: "Suspends an account",
    description:
      "For admins and the secret key; recorded. It acts in no role and uses nothing until it is restored. Suspending it again changes nothing. Answers the profile.",
    args: { p_user_id: "Whose account." },
    refuses: ["admin_only", "account_not_found", "account_closing", "last_admin"],
  },
  admin_restore: {
    summary: "Ends the suspension of an account",
    description:
      "For admins and the secret key; recorded. It is what it was: active, or expired. One that is not suspended stays as it is. Answers the profile.",
    args: { p_user_id: "Whose account." },
    refuses: ["admin_only", "account_not_found", "account_closing"],
  },
  admin_set_limits: {
    summary: "Sets limits of one account",
    description:
      "For admins and the secret key; recorded. They hold until the account gets another plan. Answers the account's limits.",
    args: { p_user_id: "Whose account.", p_limits: Limits },
    refuses: ["admin_only", "account_not_found", "account_closing", "invalid_limits"],
  },
  admin_set_plan_limits: {
    summary: "Sets limits of a plan",
    description:
      "For admins and the secret key; recorded. They hold for whoever gets the plan from then on; accounts that have it keep theirs. Answers the plan.",
    args: { p_plan: "The plan.", p_limits: Limits },
    refuses: ["admin_only", "not_found", "invalid_limits"],
  },
  admin_list_actions: {
    summary: "Lists what admins and the secret key did",
    description:
      "For admins and the secret key. The newest first. A page may be short, because it ends after some thousand rows were looked at: go on after next, with the same filters, until it is null.",
    args: {
      p_action: "Only this action, such as set_plan.",
      p_actor_id: "Only what this admin did.",
      p_subject_id: "Only what was done to this account, event or task.",
      p_after_created_at: "The next.created_at of the page before.",
      p_after_id: "The next.id of the page before.",
      p_limit: "Entries of a page, 1 to 100; 50 when absent.",
    },
    answer: ActionList,
    refuses: ["admin_only"],
  },
};

import type { Caller } from "./call.ts";
import type { Answer, Args } from "./contract.ts";
import type { ResultOf } from "./error.ts";

type ExportPage = Answer<"export_my_data">;

/** The caller's account. */
export function account({ rpc }: Caller) {
  const exportPage = (cursor: ExportPage["next_cursor"] = null) =>
    rpc("export_my_data", { cursor });
  return {
    /** One page of the export; the first unless a page's `next_cursor` is given. */
    exportPage,
    /** All that is kept of the caller, page by page. A refusal is the last thing that it gives. */
    async *export(): AsyncGenerator<ResultOf<"export_my_data", ExportPage>, void> {
      let cursor: ExportPage["next_cursor"] = null;
      do {
        const page: ResultOf<"export_my_data", ExportPage> = await exportPage(cursor);
        yield page;
        cursor = page.data?.next_cursor ?? null;
      } while (cursor !== null);
    },
    /** What happened to the caller, the newest first. */
    timeline: (args?: Args<"my_timeline">) => rpc("my_timeline", args),
    /** The kinds of notifications that leave the product, and which reach the caller. */
    notifications: () => rpc("notification_settings"),
    /** Turns a kind of notification on or off, over one channel. */
    setNotification: (args: Args<"set_notification_preference">) =>
      rpc("set_notification_preference", args),
    /** Whether mails go to the caller's address. */
    emailStatus: () => rpc("email_status"),
    /** Lets them go there again, after it bounced or a mail was reported. */
    resumeEmails: () => rpc("resume_emails"),
    /** Asks for the account's deletion, which can be taken back until `deleted_after`. */
    requestDeletion: () => rpc("request_account_deletion"),
    /** Takes the request back. */
    cancelDeletion: () => rpc("cancel_account_deletion"),
  };
}

/** For administrators. */
export function admin({ rpc }: Caller) {
  return {
    setPlan: (args: Args<"admin_set_plan">) => rpc("admin_set_plan", args),
    setRole: (args: Args<"admin_set_role">) => rpc("admin_set_role", args),
    requestDeletion: (userId: string) => rpc("admin_request_account_deletion", { user_id: userId }),
    cancelDeletion: (userId: string) => rpc("admin_cancel_account_deletion", { user_id: userId }),
    overview: (args?: Args<"admin_overview">) => rpc("admin_overview", args),
    accounts: (args?: Args<"admin_list_accounts">) => rpc("admin_list_accounts", args),
    account: (userId: string) => rpc("admin_read_account", { user_id: userId }),
    suspend: (userId: string) => rpc("admin_suspend", { user_id: userId }),
    restore: (userId: string) => rpc("admin_restore", { user_id: userId }),
    setLimits: (args: Args<"admin_set_limits">) => rpc("admin_set_limits", args),
    setPlanLimits: (args: Args<"admin_set_plan_limits">) => rpc("admin_set_plan_limits", args),
    settings: () => rpc("admin_list_settings"),
    setSetting: (args: Args<"admin_set_setting">) => rpc("admin_set_setting", args),
    setBusinessHours: (args: Args<"admin_set_business_hours">) =>
      rpc("admin_set_business_hours", args),
    setSla: (args: Args<"admin_set_sla">) => rpc("admin_set_sla", args),
    actions: (args?: Args<"admin_list_actions">) => rpc("admin_list_actions", args),
    /** How the inbox of webhooks, the tasks and the jobs do. */
    inboxHealth: () => rpc("inbox_health"),
    replayEvent: (args: Args<"replay_event">) => rpc("replay_event", args),
    replayEvents: (args: Args<"replay_events">) => rpc("replay_events", args),
    resendMessage: (deliveryId: string) => rpc("resend_message", { delivery_id: deliveryId }),
    retryTask: (taskId: string) => rpc("retry_task", { task_id: taskId }),
    events: (args?: Args<"list_events">) => rpc("list_events", args),
    event: (eventId: string) => rpc("read_event", { event_id: eventId }),
    tasks: (args?: Args<"list_tasks">) => rpc("list_tasks", args),
    jobs: (args?: Args<"list_jobs">) => rpc("list_jobs", args),
  };
}

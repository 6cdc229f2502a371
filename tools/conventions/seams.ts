/** The domains of `supabase/schemas` in the order in which they are loaded. Each knows those before it. */
export const domains = ["platform", "accounts", "voice", "classes", "support"] as const;
export type Domain = (typeof domains)[number];

/**
 * What a domain offers to those after it: functions to call, tables to refer to or to register rows in. Everything
 * else belongs to the domain alone and may change without a look at the others.
 */
export const offered: Partial<Record<Domain, readonly string[]>> = {
  platform: [
    "private.actions_about",
    "private.admin_actions",
    "private.cancel_tasks",
    "private.count_user_tasks",
    "private.describe_error",
    "private.domain_hooks",
    "private.drop_event_content",
    "private.enqueue_task",
    "private.event_handlers",
    "private.export_sections",
    "private.page_size",
    "private.rate_limits",
    "private.rate_windows",
    "private.record_admin_action",
    "private.refuse",
    "private.run_hooks",
    "private.schedule_job",
    "private.setting_integer",
    "private.setting_interval",
    "private.setting_numeric",
    "private.settings",
    "private.shown_event_keys",
    "private.take_rate",
    "private.take_waiting_place",
    "private.touch_updated_at",
    "public.actor_kind",
    "public.tasks",
    "public.webhook_events",
  ],
  accounts: [
    "private.account_problem",
    "private.acting_role",
    "private.acts_as_staff",
    "private.current_actor",
    "private.end_demo",
    "private.first_id_of_admin",
    "private.is_admin",
    "private.is_support_staff",
    "private.is_teacher",
    "private.last_id_of_admin",
    "private.limits",
    "private.lock_limits_of_caller",
    "private.lock_user_limits",
    "private.log_usage",
    "private.my_limits_overview",
    "private.notify",
    "private.publish_webhook",
    "private.removal_task_kinds",
    "private.require_admin",
    "private.require_time_zone",
    "private.require_usable_account",
    "private.resource_usage",
    "private.role_under",
    "private.tell_once",
    "private.timeline_kinds",
    "public.notifications",
    "public.plan_type",
    "public.profile_cards",
    "public.profiles",
    "public.usage_logs",
    "public.user_limits",
    "public.webhook_kinds",
  ],
};

/** What a domain needs of a later one, or of a sibling, all the same, and why. */
export const exceptions: readonly { from: Domain; to: Domain; name: string; why: string }[] = [
  {
    from: "platform",
    to: "accounts",
    name: "private.acts_as_staff",
    why: "rates are for customers, and who acts as staff is known by accounts",
  },
  {
    from: "platform",
    to: "accounts",
    name: "private.current_actor",
    why: "a replay and a retry are recorded with who asked for them",
  },
  {
    from: "platform",
    to: "accounts",
    name: "private.is_admin",
    why: "inbox, tasks and jobs are shown to admins",
  },
];

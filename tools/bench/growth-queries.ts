/** Who asks: user 1 teaches, 101 is an agent, 106 the admin, 107 owns 100,000 calls, 110 is a student like another. */
export type Asker = "teacher" | "agent" | "admin" | "owner" | "student";

/** A query that docs/api shows, as the API sends it to the database: a list has at most the 1,000 rows that a page has. */
export interface DocumentedQuery {
  readonly page: string;
  readonly what: string;
  readonly who: Asker;
  readonly sql: string;
}

const id = (kind: string, n: number) => `md5('${kind}${n}')::uuid`;
const list = (columns: string, table: string, rest = "") =>
  `select ${columns} from public.${table} ${rest} limit 1000`;

const session = "id, live_class_id, profile_id, user_name, user_email, join_time, leave_time";

const byPage: Record<string, readonly [string, Asker, string][]> = {
  accounts: [
    ["profile", "owner", list("*", "profiles")],
    ["profiles", "agent", list("*", "profiles")],
    [
      "notifications, unread",
      "owner",
      list("*", "notifications", "where read_at is null order by created_at desc"),
    ],
    ["notifications", "owner", list("*", "notifications", "order by created_at desc")],
    ["export_my_data, the first page", "owner", "select public.export_my_data()"],
    [
      "export_my_data, a page of calls",
      "owner",
      `select public.export_my_data(jsonb_build_object('domain', 'voice', 'section', 'calls', 'after', jsonb_build_array(now() - interval '9 days', ${id("call", 1)})))`,
    ],
  ],
  admin: [
    ["list_events", "admin", "select public.list_events()"],
    ["list_events, dead", "admin", "select public.list_events(p_status => 'dead')"],
    ["list_events, none fits", "admin", "select public.list_events(p_q => 'nowhere')"],
    ["read_event", "admin", `select public.read_event(${id("event", 100)})`],
    ["list_tasks, dead", "admin", "select public.list_tasks()"],
    ["list_tasks, none fits", "admin", "select public.list_tasks('ended', p_q => 'nowhere')"],
    ["list_jobs", "admin", "select public.list_jobs()"],
    ["admin_list_accounts", "admin", "select public.admin_list_accounts()"],
    ["admin_list_accounts, sought", "admin", "select public.admin_list_accounts('user10')"],
    ["admin_read_account", "admin", `select public.admin_read_account(${id("user", 107)})`],
    ["admin_overview, 30 days", "admin", "select public.admin_overview()"],
    ["admin_list_actions", "admin", "select public.admin_list_actions()"],
  ],
  analytics: [
    ["analytics_dashboard, 30 days", "owner", "select public.analytics_dashboard()"],
    [
      "analytics_dashboard, 366 days",
      "owner",
      "select public.analytics_dashboard(current_date - 365, current_date)",
    ],
    ["list_calls", "owner", "select public.list_calls()"],
    [
      "list_calls, filtered",
      "owner",
      "select public.list_calls(p_outcome => 'completed', p_is_ended => true)",
    ],
    [
      "list_calls, none fits",
      "student",
      "select public.list_calls(p_from => current_date - 29, p_outcome => 'failed')",
    ],
    [
      "read_call",
      "owner",
      "select public.read_call((select id from public.call_logs order by called_at desc limit 1))",
    ],
    ["call_logs", "owner", list("*", "call_logs", "order by called_at desc")],
  ],
  classes: [
    ["live_classes", "teacher", list("*", "live_classes")],
    ["class_cards", "student", list("*", "class_cards")],
    ["live_classes", "admin", list("*", "live_classes")],
    ["class_enrollments", "teacher", list("*", "class_enrollments")],
    ["class_enrollments", "student", list("*", "class_enrollments")],
    ["class_enrollments", "admin", list("*", "class_enrollments")],
    ["class_join_links", "student", list("*", "class_join_links")],
    [
      "meeting_instances",
      "teacher",
      list("id, live_class_id, started_at, ended_at", "meeting_instances"),
    ],
    [
      "meeting_instances",
      "student",
      list("id, live_class_id, started_at, ended_at", "meeting_instances"),
    ],
    ["meeting_participants, unfiltered", "teacher", list(session, "meeting_participants")],
    ["meeting_participants, unfiltered", "student", list(session, "meeting_participants")],
    ["meeting_participants, unfiltered", "admin", list(session, "meeting_participants")],
    [
      "meeting_participants of a class",
      "teacher",
      list(session, "meeting_participants", `where live_class_id = ${id("class", 100)}`),
    ],
    [
      "meeting_sessions of a class",
      "teacher",
      list("*", "meeting_sessions", `where live_class_id = ${id("class", 100)}`),
    ],
    [
      "class_attendance, their own",
      "student",
      list("*", "class_attendance", `where profile_id = ${id("user", 110)}`),
    ],
    ["attendance_marks", "student", list("*", "attendance_marks")],
    [
      "class_recordings",
      "student",
      list("id, live_class_id, state, started_at", "class_recordings"),
    ],
    [
      "class_attendance_report",
      "teacher",
      `select public.class_attendance_report(${id("class", 100)})`,
    ],
    ["unbound_meetings", "teacher", "select * from public.unbound_meetings()"],
    ["unbound_meetings", "admin", "select * from public.unbound_meetings()"],
  ],
  "phone-numbers": [["phone_numbers", "owner", list("*", "phone_numbers")]],
  support: [
    [
      "tickets that are not closed, newest first",
      "student",
      "select * from public.support_tickets where status <> 'closed' order by created_at desc limit 20",
    ],
    [
      "tickets that are not closed, newest first",
      "agent",
      "select * from public.support_tickets where status <> 'closed' order by created_at desc limit 20",
    ],
    [
      "ticket_queue, unassigned",
      "agent",
      "select * from public.ticket_queue(p_status => 'open', p_is_unassigned => true)",
    ],
    ["ticket_queue", "agent", "select * from public.ticket_queue(p_status => 'open')"],
    [
      "ticket_sla of a ticket",
      "agent",
      `select * from public.ticket_sla where ticket_id = ${id("ticket", 7)}`,
    ],
    ["ticket_thread", "agent", `select public.ticket_thread(${id("ticket", 7)})`],
    ["search_tickets, a rare word", "agent", "select * from public.search_tickets('giraffe')"],
    [
      "search_tickets, a word of 50,000 messages",
      "agent",
      "select * from public.search_tickets('invoice')",
    ],
    [
      "search_tickets, two common words",
      "agent",
      "select * from public.search_tickets('word1 invoice')",
    ],
    [
      "search_tickets, only among open tickets",
      "agent",
      "select * from public.search_tickets('invoice', p_status => 'open')",
    ],
    ["search_tickets, none fits", "agent", "select * from public.search_tickets('nowhere')"],
    ["search_tickets", "student", "select * from public.search_tickets('word1')"],
    ["ticket_survey", "agent", `select public.ticket_survey(${id("ticket", 7)})`],
    [
      "support_stats of 30 days",
      "agent",
      "select public.support_stats(now() - interval '30 days', now())",
    ],
    [
      "ticket_events of a ticket",
      "agent",
      list("*", "ticket_events", `where ticket_id = ${id("ticket", 7)} order by id`),
    ],
  ],
  "user-limits": [
    ["user_limits_overview", "owner", "select public.user_limits_overview()"],
    ["usage_logs", "owner", list("*", "usage_logs", "order by id desc")],
    ["user_limits", "admin", list("*", "user_limits")],
  ],
  operations: [["inbox_health", "admin", "select public.inbox_health()"]],
};

export const documentedQueries: readonly DocumentedQuery[] = Object.entries(byPage).flatMap(
  ([page, queries]) => queries.map(([what, who, sql]) => ({ page, what, who, sql })),
);

/** As grown-database.sql numbers its users. */
export const askers: Record<Asker, number> = {
  teacher: 1,
  agent: 101,
  admin: 106,
  owner: 107,
  student: 110,
};

import { z } from "zod";
import { Constants } from "../../supabase/database.types.ts";
import { AdminAction } from "../core/admin-action.ts";
import type { Rpcs } from "../core/contract.ts";
import { EventDetails, EventList, Gauges, Job, Setting, TaskList } from "./contract/operations.ts";

const { webhook_provider } = Constants.public.Enums;

const Time = z.iso.datetime({ offset: true });
const Count = z.int().min(0);
const Age = Count.nullable();

const EventId = z.guid().describe("The row of webhook_events.");

const Stored = z.object({
  status: z
    .enum(["applied", "duplicate", "ignored", "deferred"])
    .describe(
      "applied: it has its effect; duplicate: it came before; ignored: kept without effect, by rule; deferred: kept, and applied later.",
    ),
  event_id: EventId.nullable().describe("The row of webhook_events that keeps it."),
});

const Acknowledged = z.object({
  status: z.literal("ignored").describe("It is by rule not kept."),
});

/** What a webhook answers to a delivery. */
export const InboxReceipt = z
  .union([Stored, Acknowledged])
  .describe("What became of a delivery: kept in the inbox, or only acknowledged.");

/** What a run of the maintenance function answers. */
export const MaintenanceReport = z
  .object({
    events: z
      .object({
        applied: Count.describe("Applied."),
        ignored: Count.describe("Without effect, by rule."),
        deferred: Count.describe("Not applied: tried again later, or given up."),
      })
      .describe("Events that this run normalised, by what became of them."),
    tasks: z
      .object({
        done: Count.describe("Done."),
        runs_again: Count.describe("Done, and asked for again meanwhile."),
        retry: Count.describe("Failed; tried again later."),
        dead: Count.describe("Given up."),
        lost: Count.describe("Not settled: the lease was over, or the database was away."),
      })
      .describe("Tasks that this run worked on, by what became of them."),
  })
  .describe("What one run of maintenance did.");

const ProviderHealth = z.object({
  provider: z.enum(webhook_provider).describe("Who delivers."),
  depth: Count.describe("Events that wait: received or failed."),
  failed: Count.describe("Events of these that were tried in vain."),
  dead: Count.describe("Events that were given up."),
  oldest_received_at: Time.nullable().describe(
    "When the oldest that waits came; null when none waits.",
  ),
  oldest_age_seconds: Age.describe("Seconds since then."),
  received_last_hour: Count.describe("Events that came in the last hour."),
});

const TaskHealth = z.object({
  open: Count.describe("Tasks that are neither done nor given up."),
  due: Count.describe("Open tasks that a worker may take now."),
  running: Count.describe("Open tasks that a worker has."),
  oldest_due_at: Time.nullable().describe("Since when the oldest is due; null when none is."),
  oldest_due_age_seconds: Age.describe("Seconds since then."),
  dead: Count.describe("Tasks that were given up."),
  dead_by_kind: z.record(z.string(), Count).describe("The same by kind of task."),
});

const JobHealth = z.object({
  name: z.string().describe("The job."),
  last_started_at: Time.nullable().describe("When it last ran; null when it never did."),
  last_rows: Count.nullable().describe("Rows that run touched; null when it failed."),
  last_error: z
    .string()
    .nullable()
    .describe("SQLSTATE and message with which that run failed; null when it went well."),
  is_overdue: z.boolean().describe("Whether it did not run when it was due."),
});

const MaintenanceHealth = z.object({
  is_configured: z.boolean().describe("Whether Vault holds the URL and the key of the call."),
  last_answered_call_at: Time.nullable().describe(
    "When the last call that has an answer was made; null when none of the last hour has one.",
  ),
  last_status: z.int().nullable().describe("HTTP status of that answer; null without one."),
  last_error: z.string().nullable().describe("Why there was none, such as timed out; else null."),
});

/** What inbox_health answers. */
export const InboxHealth = z
  .object({
    checked_at: Time.describe("When this was measured."),
    providers: z.array(ProviderHealth).describe("The inbox, by provider."),
    tasks: TaskHealth.describe("The queue of tasks."),
    jobs: z.array(JobHealth).describe("The scheduled jobs, by name."),
    maintenance: MaintenanceHealth.describe("The scheduled call of the maintenance function."),
  })
  .describe("Everything that can get stuck, at one glance.");

/** What replay_event answers. */
export const ReplayReceipt = z
  .object({
    status: z
      .enum(["applied", "ignored", "deferred"])
      .describe(
        "applied; ignored: no effect, by rule; deferred: not applied now, see the row's status and last_error.",
      ),
    event_id: EventId,
  })
  .describe("What became of an event that was applied again.");

/** What replay_events answers. */
export const ReplayQueue = z
  .object({
    queued: Count.max(10_000).describe("Events that wait to be applied again."),
    is_complete: z.boolean().describe("False when there may be more: call again."),
  })
  .describe("How many events were put back into the queue.");

/** The components of the platform. */
export const schemas = {
  InboxReceipt,
  MaintenanceReport,
  InboxHealth,
  ReplayReceipt,
  ReplayQueue,
  EventList,
  EventDetails,
  AdminAction,
  TaskList,
  Job,
  Setting,
  Gauges,
};

const page = {
  p_after_id: "The next.id of the page before.",
  p_limit: "Rows of a page, 1 to 100; 50 when absent.",
};

/** What an admin, or the server with its secret key, may call of the platform. */
export const rpcs: Rpcs = {
  inbox_health: {
    summary: "Reads what can get stuck: events, tasks, jobs, maintenance",
    description: "For admins and the secret key.",
    answer: InboxHealth,
    refuses: ["forbidden"],
  },
  replay_event: {
    summary: "Applies a stored event again, now",
    description:
      "For admins and the secret key; recorded. Any event can be replayed, an applied one too, and it has all its tries again. An event without a normalised form is deferred: maintenance makes it within a minute.",
    args: {
      p_event_id: "The row of webhook_events.",
      p_is_normalized_again:
        "Whether the provider's delivery is read anew, after a fault of ours in reading it; false when absent.",
    },
    answer: ReplayReceipt,
    refuses: ["forbidden", "not_found", "event_forgotten"],
  },
  replay_events: {
    summary: "Queues the events of a time to be applied again",
    description:
      "For admins and the secret key; recorded. Up to 10,000 events a call, the oldest first; those whose content is dropped are left out.",
    args: {
      p_provider: "Whose events.",
      p_from: "Events received from here on.",
      p_to: "Events received before this.",
      p_only_status: "Only events of this status; dead when absent.",
    },
    answer: ReplayQueue,
    refuses: ["forbidden"],
  },
  retry_task: {
    summary: "Asks again for what a dead task was to do",
    description: "For admins and the secret key; recorded. Answers the id of the open task.",
    args: { p_task_id: "A task that was given up." },
    refuses: ["forbidden", "not_found"],
  },
  list_events: {
    summary: "Lists the inbox",
    description:
      "For admins and the secret key. The newest first, without content. Filters are combined. A page may be short, because it ends after some thousand rows were looked at: go on after next, with the same filters, until it is null.",
    args: {
      p_provider: "Only deliveries of this provider.",
      p_status: "Only events of this status.",
      p_kind: "Only events of this kind, in our words.",
      p_q: "Sought in the type, subject, error and ids, whatever the case.",
      p_after_received_at: "The next.received_at of the page before.",
      ...page,
    },
    answer: EventList,
    refuses: ["forbidden"],
  },
  read_event: {
    summary: "Reads one event of the inbox",
    description:
      "For admins and the secret key: its content, its tries, what it is about and who replayed it. What was said in a call and who called is hidden.",
    args: { p_event_id: "The row of webhook_events." },
    answer: EventDetails,
    refuses: ["forbidden", "not_found"],
  },
  list_tasks: {
    summary: "Lists the queue of tasks",
    description:
      "For admins and the secret key. Open tasks by when they are due, the oldest first; dead and ended ones by when that was, the newest first. A page may be short, as in list_events.",
    args: {
      p_state: "open, dead (when absent) or ended.",
      p_kind: "Only tasks of this kind.",
      p_q: "Sought in the kind, resource, user, error and ids, whatever the case.",
      p_after_at: "The next.at of the page before.",
      ...page,
    },
    answer: TaskList,
    refuses: ["forbidden"],
  },
  list_jobs: {
    summary: "Lists the scheduled jobs with their last runs",
    description: "For admins and the secret key.",
    args: {
      p_name: "Only this job.",
      p_runs: "The most runs of each, 1 to 100; 5 when absent.",
    },
    answer: z.array(Job),
    refuses: ["forbidden"],
  },
  admin_list_settings: {
    summary: "Lists all settings",
    description: "For admins and the secret key.",
    answer: z.array(Setting),
    refuses: ["forbidden"],
  },
  admin_set_setting: {
    summary: "Changes a setting",
    description:
      "For admins and the secret key; recorded. It holds from the next use. The value has the setting's type and lies within its bounds, which a refusal tells.",
    args: { p_name: "The setting.", p_value: "A number, an interval as text, or a list." },
    answer: Setting,
    refuses: ["forbidden", "not_found", "setting_is_fixed", "invalid_setting"],
  },
  measure_metrics: {
    summary: "Measures figures for a monitor",
    description: "For the secret key; GET /maintenance/metrics answers the same as text.",
    answer: Gauges,
  },
};

import { z } from "zod";
import { Constants } from "../../../supabase/database.types.ts";
import { AdminAction } from "../../core/admin-action.ts";

const { setting_type, webhook_event_status, webhook_provider } = Constants.public.Enums;

const Time = z.iso.datetime({ offset: true });
const Count = z.int().min(0);
const Content = z.unknown();

const InboxEvent = z.object({
  id: z.guid().describe("The row of webhook_events."),
  provider: z.enum(webhook_provider).describe("Who delivered it."),
  event_type: z.string().describe("The provider's own name of what happened."),
  kind: z
    .string()
    .nullable()
    .describe("What it is in our words; null while nothing could read it, or once forgotten."),
  subject: z
    .string()
    .nullable()
    .describe("The provider's id of the meeting, assistant, number or call; null for none."),
  received_at: Time.describe("When it came."),
  occurred_at: Time.nullable().describe("When it happened, by the provider; null if not told."),
  status: z.enum(webhook_event_status).describe("What became of it."),
  attempts: Count.describe("Tries since it came or was last replayed."),
  next_attempt_at: Time.nullable().describe("When it is tried next; null once it is settled."),
  settled_at: Time.nullable().describe("When it was applied, ignored or given up."),
  last_error: z.string().nullable().describe("SQLSTATE and message of the last failed try."),
  has_content: z.boolean().describe("False once its content is dropped: it cannot be replayed."),
});

/** What list_events answers. */
export const EventList = z
  .object({
    events: z.array(InboxEvent).describe("The newest first; may be fewer than asked for."),
    next: z
      .object({
        received_at: Time.describe("The p_after_received_at of the next page."),
        id: z.guid().describe("The p_after_id of the next page."),
      })
      .nullable()
      .describe("Where the next page goes on; null when there is nothing more."),
  })
  .describe("A page of the inbox.");

const EventSubject = z.object({
  kind: z.string().describe("call, assistant, phone_number, meeting or class."),
  id: z.guid().describe("Its row."),
  title: z.string().nullable().describe("Its name, title or number; null for none."),
  user_id: z.guid().nullable().describe("Whose it is; null for nobody's."),
  user_name: z.string().nullable().describe("Their name, or their address where they gave none."),
});

/** What read_event answers. */
export const EventDetails = InboxEvent.extend({
  dedupe_key: z.string().describe("What makes a delivery the same delivery."),
  request_id: z.string().nullable().describe("The request that brought it, as in the log."),
  tries_left: Count.nullable().describe("Further tries; null once it is settled."),
  is_handled: z.boolean().describe("Whether anything of ours applies this kind."),
  is_payload_unreadable: z.boolean().describe("Whether the payload is kept and is no plain JSON."),
  payload: Content.describe("The delivery as far as an admin may read it; null for none."),
  event: Content.describe("The same in our words; null for none."),
  about: z.array(EventSubject).describe("What it is about, as far as we know it."),
  actions: z.array(AdminAction).describe("Its replays, the newest first, at most 20."),
}).describe('One event of the inbox. What an admin may not read is "[hidden]".');

const Task = z.object({
  id: z.guid().describe("The row of tasks."),
  kind: z.string().describe("What is to be done, such as sync_assistant; more may come."),
  resource_id: z.string().describe("With what."),
  user_id: z.guid().nullable().describe("Whose it is; they may be gone."),
  state: z
    .enum(["waiting", "due", "running", "dead", "done", "cancelled"])
    .describe(
      "waiting: its time has not come; due: for the next worker; running: a worker has it.",
    ),
  attempts: Count.describe("Tries of the newest wish so far."),
  last_error: z.string().nullable().describe("What the last failed try said."),
  created_at: Time.describe("When it was first asked for."),
  run_after: Time.describe("When it is or was due."),
  leased_until: Time.nullable().describe("Until when a worker has it."),
  at: Time.describe("The time that the list is ordered by."),
});

/** What list_tasks answers. */
export const TaskList = z
  .object({
    tasks: z.array(Task).describe("May be fewer than asked for."),
    next: z
      .object({
        at: Time.describe("The p_after_at of the next page."),
        id: z.guid().describe("The p_after_id of the next page."),
      })
      .nullable()
      .describe("Where the next page goes on; null when there is nothing more."),
  })
  .describe("A page of the queue of tasks.");

const JobRun = z.object({
  started_at: Time.describe("When it started."),
  ended_at: Time.describe("When it ended."),
  rows: Count.nullable().describe("Rows that it touched; null when it failed."),
  error: z.string().nullable().describe("SQLSTATE and message when it failed."),
});

/** An entry of what list_jobs answers. */
export const Job = z
  .object({
    name: z.string().describe("The job."),
    schedule: z.string().describe("As cron reads it, in UTC."),
    description: z.string().describe("What it does."),
    scheduled_at: Time.describe("Since when this schedule holds."),
    longest_gap_seconds: Count.describe("The longest time between two runs by its schedule."),
    is_overdue: z.boolean().describe("Whether it did not run when it was due."),
    runs: z.array(JobRun).describe("Its last runs, the newest first."),
  })
  .describe("A scheduled job with its last runs.");

/** A setting, as admin_list_settings and admin_set_setting answer it. */
export const Setting = z
  .object({
    name: z.string().describe("The setting; the name says the unit."),
    value: z.unknown().describe("Its value: a number, an interval as text, or a list."),
    type: z
      .enum(setting_type)
      .nullable()
      .describe("What a value is; null: not changed through the API."),
    lowest: z
      .string()
      .nullable()
      .describe("The lowest value; of integers the lowest element, of texts the fewest elements."),
    highest: z.string().nullable().describe("The highest value, likewise."),
    description: z.string().describe("What it decides."),
  })
  .describe("A threshold, window or grace time.");

/** What measure_metrics answers. */
export const Gauges = z
  .array(
    z.object({
      name: z.string().describe("Without the prefix switchboard_."),
      help: z.string(),
      labels: z.record(z.string(), z.string()),
      value: z.number(),
    }),
  )
  .describe("Figures for a monitor.");

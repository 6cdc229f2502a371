import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { testDatabaseUrl } from "../../support/resources.ts";

/** Every job and its schedule (UTC). A new job is one line here. */
const expected: Record<string, string> = {
  call_maintenance: "* * * * *",
  check_analytics: "23 3 * * *",
  check_google_meet_classes: "*/10 * * * *",
  close_forgotten_meetings: "*/10 * * * *",
  close_resolved_tickets: "*/10 * * * *",
  close_stale_calls: "*/10 * * * *",
  delete_old_events: "* * * * *",
  delete_old_runs: "51 * * * *",
  delete_old_tasks: "37 * * * *",
  expire_demos: "*/5 * * * *",
  extend_opening_spans: "17 3 * * *",
  forget_call_content: "* * * * *",
  forget_directory_answers: "43 * * * *",
  forget_event_content: "* * * * *",
  forget_messages: "*/10 * * * *",
  forget_received_mails: "47 * * * *",
  forget_reply_keys: "*/5 * * * *",
  forget_webhooks: "*/10 * * * *",
  note_no_shows: "*/15 * * * *",
  purge_accounts: "* * * * *",
  rebuild_analytics_days: "* * * * *",
  reconcile_google_meet_conferences: "*/10 * * * *",
  reconcile_usage: "*/5 2-4 * * *",
  reconcile_zoom_meetings: "*/10 * * * *",
  release_messages: "* * * * *",
  remind_of_classes: "*/5 * * * *",
  renew_google_meet_subscriptions: "*/10 * * * *",
  request_call_reconciliation: "*/10 * * * *",
  request_stray_sweep: "11,31,51 * * * *",
  resolve_waiting_tickets: "*/10 * * * *",
  retry_events: "* * * * *",
  roll_over_periods: "*/10 * * * *",
  sweep_attachments: "*/5 * * * *",
  tell_absent_students: "*/10 * * * *",
  tell_dead_letters: "2 * * * *",
  tell_sla: "*/5 * * * *",
  warn_before_purge: "7 * * * *",
  warn_demos: "*/15 * * * *",
};

const client = new pg.Client({ connectionString: testDatabaseUrl() });
beforeAll(() => client.connect());
afterAll(() => client.end());

it("the scheduler has every job under its name, with its schedule, and runs it through run_job", async () => {
  const { rows } = await client.query<{ jobname: string; schedule: string; command: string }>(
    "select jobname, schedule, command from cron.job order by jobname",
  );
  expect(rows).toEqual(
    Object.entries(expected)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([jobname, schedule]) => ({
        jobname,
        schedule,
        command: `select private.run_job('${jobname}')`,
      })),
  );
});

it("no function that is a job by its shape was forgotten", async () => {
  const { rows } = await client.query<{ forgotten: string }>(
    `select 'private.' || p.proname as forgotten
     from pg_proc p
     where p.pronamespace = 'private'::regnamespace and p.prorettype = 'integer'::regtype
       and p.proargtypes::text = 'timestamptz'::regtype::oid::text
       -- A part of a job is called by it.
       and not exists (
         select from private.jobs j join pg_proc body on body.oid = to_regprocedure(j.function_name || '(timestamptz)')
         where body.oid = p.oid or body.prosrc like '%private.' || p.proname || '(%')`,
  );
  expect(rows).toEqual([]);
});

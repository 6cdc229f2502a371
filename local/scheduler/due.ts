import { Cron } from "croner";

/**
 * Whether a schedule of pg_cron has a time after `since` and not after `now`. Schedules are five fields of
 * crontab(5) in UTC, with `$` for the last day of the month, or `n seconds`.
 */
export function isDue(schedule: string, since: Date, now: Date): boolean {
  const seconds = /^\s*(\d+)\s+seconds?\s*$/.exec(schedule)?.[1];
  if (seconds !== undefined) return now.getTime() - since.getTime() >= Number(seconds) * 1000;
  const next = new Cron(schedule.replaceAll("$", "L"), { timezone: "UTC", paused: true }).nextRun(
    since,
  );
  return next !== null && next <= now;
}

import { z } from "zod";
import type { Db } from "../core/db.ts";
import { rpc } from "../db/call.ts";
import { csv } from "../http/csv.ts";
import { uuid } from "../http/query.ts";

const time = z.string().nullable();

/** What `class_attendance_report` answers. Times are ISO 8601, lengths whole seconds, share 0 to 1. */
const Report = z.object({
  class: z.object({
    id: z.uuid(),
    title: z.string(),
    status: z.string(),
    scheduled_start: z.string(),
    scheduled_end: z.string(),
    actual_start_time: time,
    actual_end_time: time,
    attendance_synced: z.boolean(),
  }),
  students: z.array(
    z.object({
      profile_id: z.uuid(),
      full_name: z.string().nullable(),
      /** present, late, left_early, partial, absent or excused; null for a class that did not take place. */
      status: z.string().nullable(),
      is_marked: z.boolean(),
      attended_seconds: z.number(),
      share: z.number(),
      first_join: time,
      last_leave: time,
    }),
  ),
  /** Sessions of people who are not known to be of the class. */
  unmatched: z.array(
    z.object({
      participant_id: z.uuid(),
      user_name: z.string().nullable(),
      user_email: z.string().nullable(),
      join_time: time,
      leave_time: time,
    }),
  ),
  /** Sessions without a join: they count nothing until somebody looks at them. */
  to_review: z.array(
    z.object({
      participant_id: z.uuid(),
      profile_id: z.uuid(),
      user_name: z.string().nullable(),
      leave_time: time,
    }),
  ),
});

export type AttendanceReport = z.infer<typeof Report>;

const columns = [
  "full_name",
  "status",
  "is_marked",
  "attended_seconds",
  "share",
  "first_join",
  "last_leave",
  "profile_id",
] as const;

/** The query of `GET /class-attendance`. */
export const AttendanceQuery = z.object({
  class_id: uuid,
  format: z.enum(["json", "csv"]).default("json"),
});

/**
 * The attendance of a class as JSON, or as a CSV of its students.
 * @throws ApiError class_not_found (404), also for a class that the caller neither hosts nor administers
 */
export async function readAttendance(
  db: Db,
  { class_id, format }: z.output<typeof AttendanceQuery>,
): Promise<AttendanceReport | Response> {
  const report = Report.parse(await rpc(db, "class_attendance_report", { p_class_id: class_id }));
  if (format === "json") return report;
  return await csv(`attendance-${class_id}.csv`, columns, oneBatch(report.students));
}

async function* oneBatch<Row>(rows: Row[]): AsyncGenerator<Row[]> {
  yield rows;
}

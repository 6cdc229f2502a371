import { z } from "zod";
import { rpc } from "../db/call.ts";
import { csv } from "../http/csv.ts";
import { uuid } from "../http/fields.ts";
import { userRoute } from "../http/with-user.ts";

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

async function* oneBatch<Row>(rows: Row[]): AsyncGenerator<Row[]> {
  yield rows;
}

/** The attendance of a class, for its host and admins; to all others there is no such class. */
export const readAttendance = userRoute("GET /class-attendance", {
  summary: "The attendance sheet of a class, for its host and admins",
  query: z.object({
    class_id: uuid,
    format: z.enum(["json", "csv"]).default("json").describe("CSV has the students alone."),
  }),
  answers: { 200: ["AttendanceReport", "text/csv"] },
  rpcs: ["class_attendance_report"],
  handle: async ({ db, query: { class_id, format } }) => {
    const report = await rpc(db, "class_attendance_report", { p_class_id: class_id });
    if (format === "json") return report;
    return await csv(`attendance-${class_id}.csv`, columns, oneBatch(report.students));
  },
});

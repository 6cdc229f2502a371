import type { Db } from "../../core/db.ts";
import { type CsvRow, csv } from "../../http/csv.ts";
import { userRoute } from "../../http/with-user.ts";
import { CallFilter, pageOfCalls } from "./list-calls.ts";

const BATCH = 1000;
const COLUMNS = [
  "id",
  "called_at",
  "started_at",
  "ended_at",
  "direction",
  "status",
  "outcome",
  "ended_reason",
  "assistant_id",
  "assistant_name",
  "caller_number",
  "duration_seconds",
  "cost",
  "is_success",
  "summary",
];

async function* batches(db: Db, filter: CallFilter): AsyncGenerator<readonly CsvRow[]> {
  let after: Awaited<ReturnType<typeof pageOfCalls>>["next"] = null;
  do {
    const page: Awaited<ReturnType<typeof pageOfCalls>> = await pageOfCalls(
      db,
      filter,
      BATCH,
      after,
    );
    yield page.calls;
    after = page.next;
  } while (after !== null);
}

/** The caller's calls as a download, however many: written batch by batch while they are read. */
export const downloadCalls = userRoute("GET /analytics/calls.csv", {
  summary: "The caller's calls as a CSV file, newest first",
  query: CallFilter,
  answers: { 200: "text/csv" },
  rpcs: ["list_calls"],
  handle: ({ db, query }) => csv("calls.csv", COLUMNS, batches(db, query)),
});

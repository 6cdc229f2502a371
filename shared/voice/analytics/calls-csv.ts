import type { Db } from "../../core/db.ts";
import { type CsvRow, csv } from "../../http/csv.ts";
import { type CallFilter, pageOfCalls } from "./list-calls.ts";

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
  let after: { called_at: string; id: string } | null = null;
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

/** The caller's calls as a download, newest first, however many: written batch by batch while they are read. */
export function downloadCalls(db: Db, filter: CallFilter): Promise<Response> {
  return csv("calls.csv", COLUMNS, batches(db, filter));
}

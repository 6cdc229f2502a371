import { stringify } from "csv-stringify/sync";

/** One line of a CSV; null is an empty field. */
export type CsvRow = Readonly<Record<string, string | number | boolean | null>>;

function safeFileName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]/g, "_");
}

function lines(rows: readonly CsvRow[], columns: readonly string[], header: boolean): Uint8Array {
  const text = stringify([...rows], {
    header,
    columns: [...columns],
    record_delimiter: "\r\n",
    // A spreadsheet runs a text that starts like a formula; numbers stay as they are.
    escape_formulas: true,
    cast: { boolean: String },
  });
  return new TextEncoder().encode(text);
}

/**
 * A CSV download (RFC 4180, with a header line) that is written while it is read, batch by batch.
 * The first batch is awaited, so that a refusal still has its own status.
 */
export async function csv(
  fileName: string,
  columns: readonly string[],
  batches: AsyncIterable<readonly CsvRow[]>,
): Promise<Response> {
  const source = batches[Symbol.asyncIterator]();
  const first = await source.next();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(lines(first.done ? [] : first.value, columns, true));
      if (first.done) controller.close();
    },
    pull: async (controller) => {
      const next = await source.next();
      if (next.done) controller.close();
      else controller.enqueue(lines(next.value, columns, false));
    },
    cancel: async () => {
      await source.return?.();
    },
  });
  return new Response(body, {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${safeFileName(fileName)}"`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
}

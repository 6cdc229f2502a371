import { stringify } from "csv-stringify/sync";

/** One line of a CSV; null is an empty field. */
export type CsvRow = Readonly<Record<string, string | number | boolean | null>>;

function safeFileName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]/g, "_");
}

/** The places of a text at which a spreadsheet may see the start of a cell, whatever it takes for a separator. */
const FORMULA = /(^|[;\t\r\n])(?=[\s"]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g;

/** A text that no spreadsheet runs: `'` stands before whatever could begin a formula. */
function defused(text: string): string {
  return text.replace(FORMULA, "$1'");
}

function lines(rows: readonly CsvRow[], columns: readonly string[], header: boolean): Uint8Array {
  const text = stringify([...rows], {
    header,
    columns: [...columns],
    // Excel reads the bytes as UTF-8 only behind a byte order mark.
    bom: header,
    record_delimiter: "\r\n",
    quoted_string: true,
    cast: { boolean: String, string: defused },
  });
  return new TextEncoder().encode(text);
}

/**
 * A CSV download (RFC 4180, with a byte order mark and a header line) that is written while it is read, batch by batch.
 * Every text is quoted and defused; numbers stay numbers.
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

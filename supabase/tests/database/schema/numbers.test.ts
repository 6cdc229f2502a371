import { expect, it } from "vitest";
import { withClient } from "../../../../local/with-client.ts";
import { MAX_BODY_CHARACTERS, MAX_FILE_BYTES } from "../../../../shared/support/limits.ts";
import { DEFAULT_CALL_SECONDS } from "../../../../shared/voice/vapi/assistant-body.ts";
import { testDatabaseUrl } from "../../support/resources.ts";

async function one(query: string): Promise<unknown> {
  return withClient(testDatabaseUrl(), async (client) => {
    const { rows } = await client.query<{ value: unknown }>(query);
    return rows.map(({ value }) => value);
  });
}

/** The upper bounds of a column, by every check of its table that bounds it: what the functions that the checks name answer. */
const boundsOf = (table: string, column: string) =>
  one(`
    select distinct (xpath('/row/value/text()',
      query_to_xml('select ' || bound || ' as value', false, true, '')))[1]::text::integer as value
    from pg_constraint c, regexp_match(pg_get_constraintdef(c.oid), '\\m${column}\\M\\)* <= ([a-z_.]+\\(\\))') found,
      lateral (select found[1] as bound) b
    where c.conrelid = 'public.${table}'::regclass and found is not null`);

it.each([
  ["ticket_messages", "body"],
  ["ticket_replies", "body"],
  ["support_tickets", "description"],
])("the longest text is the same in %s.%s", async (table, column) => {
  expect(await boundsOf(table, column)).toEqual([MAX_BODY_CHARACTERS]);
});

it("the largest file is the same in its table and in the bucket", async () => {
  expect(await boundsOf("ticket_attachments", "size_bytes")).toEqual([MAX_FILE_BYTES]);
  const bucket =
    "select file_size_limit::integer as value from storage.buckets where id = 'ticket-attachments'";
  expect(await one(bucket)).toEqual([MAX_FILE_BYTES]);
});

it("an assistant without a longest call has the same one at VAPI and at admission", async () => {
  const setting = "select private.setting_integer('assistant_call_seconds') as value";
  expect(await one(setting)).toEqual([DEFAULT_CALL_SECONDS]);
});

import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { sql, sqlOne } from "../../support/database.ts";
import { callJson } from "../../support/functions.ts";
import { createUser } from "../../support/users.ts";
import { newNumber } from "../../support/vapi.ts";
import { atVapi, failVapi } from "../../support/vapi-cloud.ts";
import { workOnTasks } from "../../support/work.ts";

interface Place {
  schema: string;
  name: string;
}

/** Every table of every schema that holds this text in any column. */
async function tablesHolding(needle: string): Promise<string[]> {
  const tables = await sql<Place>(
    `select table_schema as schema, table_name as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  expect(tables.length).toBeGreaterThan(20);
  const found: string[] = [];
  for (const { schema, name } of tables) {
    const { count } = await sqlOne<{ count: number }>(
      `select count(*)::integer as count from "${schema}"."${name}" t where to_jsonb(t)::text like '%' || $1 || '%'`,
      [needle],
    ).catch(() => ({ count: -1 }));
    if (count > 0) found.push(`${schema}.${name}`);
  }
  return found;
}

/** Every log of the stack that holds this text. */
async function logsHolding(needle: string): Promise<string[]> {
  const { folder } = await sqlOne<{ folder: string }>(
    "select current_setting('data_directory') as folder",
  );
  const logs = join(dirname(folder), "logs");
  const files = readdirSync(logs);
  expect(files).toContain("functions.log");
  return files.filter((file) => readFileSync(join(logs, file), "utf8").includes(needle));
}

it.each([
  ["when all goes well", undefined],
  ["when VAPI refuses and echoes it", { mode: "refuse", status: 400 }],
  ["when VAPI answers 500", { mode: "after", status: 500 }],
  ["when VAPI never answers", { mode: "hang_after" }],
])("a Twilio secret is found nowhere afterwards, %s", async (_, fault) => {
  const user = await createUser();
  const number = newNumber();
  const secret = randomUUID().replaceAll("-", "");
  if (fault) {
    const body = { message: `The token ${secret} is not valid`, error: secret, statusCode: 400 };
    await failVapi({ includes: number, method: "POST", body, ...fault });
  }
  const response = await callJson(
    "phone-numbers",
    {
      provider: "twilio",
      phone_number: number,
      friendly_name: `line ${number}`,
      twilio_account_sid: `AC${"1".repeat(32)}`,
      twilio_auth_token: secret,
    },
    { user },
  );
  const text = await response.text();
  expect(text).not.toContain(secret);
  const { id } = JSON.parse(text);
  if (response.status === 202) await workOnTasks("confirm_phone_number", id);

  // It did reach VAPI, and the search does find what is there.
  expect(JSON.stringify(await atVapi("requests", number))).toContain(secret);
  const isStored = response.status !== 422;
  expect(await tablesHolding(number)).toEqual(isStored ? ["public.phone_numbers"] : []);

  expect(await tablesHolding(secret)).toEqual([]);
  // The request's own line is in the log by now, so the search does look where it should.
  await expect.poll(() => logsHolding(user.id)).toContain("functions.log");
  expect(await logsHolding(secret)).toEqual([]);
});

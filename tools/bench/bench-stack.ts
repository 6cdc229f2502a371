import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { type Stack, type StackOptions, startStack } from "../../local/stack.ts";

/** Gives `use` an empty stack without a scheduler, and a connection to its database; both are gone afterwards. */
export async function withBenchStack<Result>(
  options: Pick<StackOptions, "root" | "durable" | "console">,
  use: (stack: Stack, client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const data = await mkdtemp(join(tmpdir(), "switchboard-bench-"));
  const stack = await startStack({ data, port: 0, seed: false, scheduler: false, ...options });
  const client = new pg.Client({ connectionString: stack.db_url });
  try {
    await client.connect();
    await client.query("set statement_timeout = 0");
    return await use(stack, client);
  } finally {
    await client.end();
    await stack.stop();
    await rm(data, { recursive: true, force: true });
  }
}

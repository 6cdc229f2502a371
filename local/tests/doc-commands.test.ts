import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { resetData } from "../data-folder.ts";
import { projectRoot } from "../project.ts";
import { type Stack, startStack } from "../stack.ts";

/** The blocks of a page in one language. */
const blocks = (page: string, language: string): string[] =>
  [
    ...readFileSync(join(projectRoot, "docs", page), "utf8").matchAll(
      new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "gm"),
    ),
  ].flatMap(([, block]) => block ?? []);

/** The shell's commands of a page, each with its continuations. */
const commands = (page: string): string[] =>
  blocks(page, "sh").flatMap((block) =>
    block
      .replaceAll(/\\\n\s*/g, "")
      .trim()
      .split("\n"),
  );

/** Other tests run these, the last two with an address: cli.test.ts, deploy-rehearsal.test.ts and tools/conventions/audit.test.ts. */
const runElsewhere = [
  "npx supabase db push",
  "npx supabase functions deploy --use-api",
  "npm run audit",
];

const folder = mkdtempSync(join(tmpdir(), "switchboard-commands-"));
const data = join(folder, "data");
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ data, port: 0, scheduler: false, durable: false });
});
afterAll(async () => {
  await stack.stop();
  for (const name of ["data", "restored"]) await resetData(join(folder, name));
  rmSync(folder, { recursive: true, force: true });
});

/** What stands for the reader's own values. */
function filledIn(command: string): string {
  const values: [string, string][] = [
    ["postgresql://postgres.<ref>:<password>@<pooler host>:5432/postgres", stack.db_url],
    ["https://<ref>.supabase.co", stack.url],
    ["sb_publishable_…", stack.publishable_key],
    ["--key <publishable key>", `--key ${stack.publishable_key} --out ${folder}/console`],
    ["'<url>'", `'${stack.db_url}'`],
    ["--to <new folder>", `--to ${folder}/backup --data ${data}`],
    ["--data <new folder>", `--data ${folder}/restored`],
    ["<backup>", `${folder}/backup`],
    [
      "-- <folder> --migrations <folder>",
      "-- packages/audit/corpus/vue --migrations packages/audit/corpus/migrations",
    ],
  ];
  return values.reduce((text, [place, value]) => text.replace(place, value), command);
}

/** Runs a command as a reader pastes it, in the project's folder. */
function run(command: string): Promise<{ status: unknown; output: string }> {
  const { url: base, secret_key } = stack;
  const env = {
    ...process.env,
    FUNCTIONS_URL: `${base}/functions/v1`,
    SECRET_KEY: secret_key,
    // The embedded Postgres has no TLS.
    PGSSLMODE: "disable",
    DO_NOT_TRACK: "1",
  };
  return new Promise((resolve) => {
    execFile("bash", ["-c", filledIn(command)], { cwd: projectRoot, env }, (error, out, said) =>
      resolve({ status: error === null ? 0 : error.code, output: out + said }),
    );
  });
}

/** Runs the blocks in SQL of a page in one transaction that is undone, and gives the last statement's first value. */
async function runSql(page: string, before: string, values: Record<string, string>) {
  const client = new pg.Client({ connectionString: stack.db_url });
  await client.connect();
  try {
    await client.query(`begin; ${before}`);
    const text = blocks(page, "sql").join("\n");
    const statements = Object.entries(values).reduce(
      (sql, [place, value]) => sql.replace(place, value),
      text,
    );
    const results: unknown = await client.query({ text: statements, rowMode: "array" });
    return (Array.isArray(results) ? results : [results]).map(({ rows }) => rows[0]?.[0]);
  } finally {
    await client.query("rollback");
    await client.end();
  }
}

/** Outcome of each command that is run here, in the order of the pages. */
const expected: [command: string, status: number, output: RegExp][] = [
  ["npx supabase db push --dry-run", 0, /up to date/],
  ["npm run console:build", 0, /Serve every file with these headers/],
  // The embedded stack confirms addresses by itself, and says so: nothing else is amiss.
  ["npm run verify", 1, /auth 1\/2\n+1 not as expected/],
  ["curl -X POST", 0, /"dead":0/],
  ["npm run backup", 0, /keep it as safe as those/],
  ["npm run restore", 0, /Restored into/],
  ["npm run audit -- <folder>", 0, /Nothing is missing/],
];

test("the statements of the page about deployment say that maintenance is configured", async () => {
  const answers = await runSql("deploy.md", "delete from vault.secrets;", {});
  expect(answers).toEqual([expect.any(String), expect.any(String), true]);
});

test("the statements of the page about operations replay a dead event, and queue those of a day", async () => {
  const id = crypto.randomUUID();
  const dead = (event: string) =>
    `insert into public.webhook_events
       (id, provider, dedupe_key, event_type, payload, status, attempts, next_attempt_at, settled_at, received_at)
     values ('${event}', 'zoom', '${event}', 'probe', '{}', 'dead', 6, null, now(), now() - interval '1 minute');`;
  const before = dead(id) + dead(crypto.randomUUID());
  const [replayed, queued] = await runSql("operations.md", before, { "<event id>": id });
  // Nothing has normalised it yet, so maintenance does that first.
  expect(replayed).toEqual({ event_id: id, status: "deferred" });
  expect(queued).toEqual({ queued: 1, is_complete: true });
});

test("every command of the pages is marked as read, run elsewhere, or runs here as it stands", async () => {
  const tried = ["deploy.md", "operations.md"]
    .flatMap(commands)
    .filter((command) => !command.includes("# read"))
    .map((command) => command.replace(/\s+# .*$/, ""))
    .filter((command) => !runElsewhere.includes(command));
  expect(tried.map((command, i) => command.startsWith(expected[i]?.[0] ?? "?"))).toEqual(
    expected.map(() => true),
  );
  for (const [i, command] of tried.entries()) {
    if (command.startsWith("npm run backup")) await stack.stop();
    const [, status, output] = expected[i] ?? [];
    const found = await run(command);
    expect(found.status, found.output).toBe(status);
    expect(found.output).toMatch(output ?? /^$/);
  }
}, 240_000);

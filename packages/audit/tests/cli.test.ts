import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runAudit } from "../src/command.ts";
import { schemaOfDatabase } from "../src/database-schema.ts";
import { applyMigrations } from "../src/scratch/apply.ts";
import { readMigrationFiles } from "../src/scratch/migration-files.ts";
import { startScratch } from "../src/scratch/scratch.ts";

const main = fileURLToPath(new URL("../bin.mjs", import.meta.url));
const corpus = fileURLToPath(new URL("../corpus/", import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "audit-cli-"));
  chmodSync(folder, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function make(name: string, files: Record<string, string>): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

async function run(args: readonly string[]): Promise<{ code: number; out: string; err: string[] }> {
  let out = "";
  const err: string[] = [];
  const code = await runAudit(args, {
    out: (text) => {
      out += text;
    },
    error: (line) => err.push(line),
    progress: () => {},
  });
  return { code, out, err };
}

describe("what cannot be audited is one sentence and exit code 2", () => {
  const migrations = join(corpus, "migrations");
  test.each([
    ["a wrong code folder", () => ["--code", join(folder, "nowhere"), "--migrations", migrations]],
    ["an empty code folder", () => ["--code", make("empty", {}), "--migrations", migrations]],
    [
      "a wrong migrations folder",
      () => ["--code", join(corpus, "vue"), "--migrations", join(folder, "nowhere")],
    ],
    [
      "an empty migrations folder",
      () => ["--code", join(corpus, "vue"), "--migrations", make("none", {})],
    ],
    [
      "a database that refuses",
      () => ["--code", join(corpus, "vue"), "--db-url", "postgresql://x:y@127.0.0.1:1/postgres"],
    ],
    ["a database URL that is none", () => ["--code", join(corpus, "vue"), "--db-url", "nonsense"]],
    ["no migrations beside the code", () => ["--code", join(corpus, "vue")]],
    [
      "both migrations and a database",
      () => ["--migrations", migrations, "--db-url", "postgresql://x:y@127.0.0.1:1/postgres"],
    ],
    ["an option that does not exist", () => ["--cod", join(corpus, "vue")]],
  ])("%s", async (_, args) => {
    const { code, out, err } = await run(args());
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toHaveLength(1);
    expect(err[0]).not.toContain("\n");
  });
});

test("nothing missing is exit code 0, and the totals come last", async () => {
  const { code, out } = await run([
    "--code",
    join(corpus, "vue"),
    "--migrations",
    join(corpus, "migrations"),
    "--supabase",
    join(corpus, "supabase"),
  ]);
  expect(out.trim().split("\n").at(-1)).toContain("references checked");
  expect(code).toBe(0);
});

function faultyCode(): string {
  return make("faulty", {
    "a.ts": `import { createClient } from "@supabase/supabase-js";
const db = createClient("", "");
export const run = async () => {
  await db.from("orders").insert({ total: 3, is_paid: true, project_id: "x", placed_at: new Date().toISOString() });
  await db.from("projects").update({ colour: "red" }).eq("slug", "a");
};
`,
  });
}

test("a live database is read instead of migrations, and left as it was", async () => {
  const scratch = await startScratch();
  try {
    await applyMigrations(scratch, readMigrationFiles(join(corpus, "migrations")), {
      strict: true,
    });
    const before = await schemaOfDatabase(scratch.url);
    const supabase = ["--supabase", join(corpus, "supabase")];
    const live = ["--db-url", scratch.url, "--json"];
    expect((await run(["--code", join(corpus, "vue"), ...live, ...supabase])).code).toBe(0);
    const { code, out } = await run(["--code", faultyCode(), ...live, ...supabase]);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      code: [{ kind: "missing_table" }, { kind: "missing_column" }],
      migrations: null,
    });
    expect(await schemaOfDatabase(scratch.url)).toEqual(before);
  } finally {
    await scratch.stop();
  }
});

test("something missing is exit code 1, in JSON and Markdown, with a draft that mends it", async () => {
  const code = faultyCode();
  const markdown = join(folder, "report.md");
  const draft = join(folder, "20990101000000_draft.sql");
  const { code: exit, out } = await run([
    "--code",
    code,
    "--migrations",
    join(corpus, "migrations"),
    "--json",
    "--markdown",
    markdown,
    "--suggest",
    draft,
  ]);
  expect(exit).toBe(1);
  const report: unknown = JSON.parse(out);
  expect(report).toMatchObject({
    code: [
      { kind: "missing_table", place: { file: "a.ts", line: 4 } },
      { kind: "missing_column", place: { file: "a.ts", line: 5 } },
    ],
  });
  expect(readFileSync(markdown, "utf8")).toContain("a.ts:4");
  const sql = readFileSync(draft, "utf8");
  expect(sql).toContain("DRAFT");
  expect(sql).toMatch(/total bigint/);
  expect(sql).toMatch(/is_paid boolean/);
  expect(sql).toMatch(/placed_at timestamptz/);
  expect(sql).toContain("enable row level security");

  // With the draft applied nothing is missing any more.
  const mended = make(
    "mended",
    Object.fromEntries(
      readdirSync(join(corpus, "migrations")).map((file) => [
        file,
        readFileSync(join(corpus, "migrations", file), "utf8"),
      ]),
    ),
  );
  writeFileSync(join(mended, "20990101000000_draft.sql"), sql);
  expect((await run(["--code", code, "--migrations", mended])).code).toBe(0);
});

test("nothing of the audited code is executed", async () => {
  const marker = join(folder, "executed");
  const write = `require("node:fs").writeFileSync(${JSON.stringify(marker)}, "");`;
  const code = make("hostile", {
    "index.js": `${write}\nconst { createClient } = require("@supabase/supabase-js");\nconst name = (() => { ${write} return "projects"; })();\ncreateClient("", "").from(name).select(\`\${eval(${JSON.stringify(write)})}\`);`,
    "page.vue": `<script setup>${write}</script>`,
    "package.json": JSON.stringify({ scripts: { postinstall: "node index.js" } }),
    "tsconfig.json": JSON.stringify({
      compilerOptions: { plugins: [{ transform: "./index.js" }] },
    }),
  });
  const { code: exit } = await run(["--code", code, "--migrations", join(corpus, "migrations")]);
  expect(exit).toBe(0);
  expect(existsSync(marker)).toBe(false);
});

test.each(["SIGINT", "SIGKILL"] as const)(
  "the cluster is gone after %s",
  async (signal) => {
    const temporary = make(`tmp-${signal}`, {});
    chmodSync(temporary, 0o777);
    const endless = make(`endless-${signal}`, {
      "1_endless.sql": "do $$ begin loop perform pg_sleep(0.01); end loop; end $$;",
    });
    // Not through tsx's own process, which would take the signal in place of the audit.
    const child = spawn(
      process.execPath,
      [
        "--import",
        import.meta.resolve("tsx"),
        main,
        "--code",
        join(corpus, "vue"),
        "--migrations",
        endless,
      ],
      { env: { ...process.env, TMPDIR: temporary }, stdio: "ignore" },
    );
    const scratches = () => readdirSync(temporary).filter((name) => name.startsWith("audit-"));
    await expect
      .poll(
        () =>
          scratches().some((name) => existsSync(join(temporary, name, "data", "postmaster.pid"))),
        { timeout: 90_000 },
      )
      .toBe(true);
    const [name = ""] = scratches();
    const pid = Number(
      readFileSync(join(temporary, name, "data", "postmaster.pid"), "utf8").split("\n")[0],
    );
    child.kill(signal);
    await once(child, "exit");
    await expect.poll(scratches, { timeout: 90_000 }).toEqual([]);
    expect(() => process.kill(pid, 0)).toThrow();
  },
  240_000,
);

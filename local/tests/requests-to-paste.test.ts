import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle } from "../../packages/client/bundle.ts";
import { demoPassword, demoPeople } from "../demo-people.ts";
import { projectRoot } from "../project.ts";
import { pasteableRequests } from "../requests-to-paste.ts";
import { findRunningStack } from "../running-stack.ts";
import { type Stack, startStack } from "../stack.ts";

let data: string;
let stack: Stack;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "switchboard-paste-"));
  stack = await startStack({ data, port: 0, scheduler: false, durable: false });
});
afterAll(async () => {
  await stack.stop();
  expect(await findRunningStack(data)).toBeNull();
  await rm(data, { recursive: true, force: true });
});

/** The commands of a text: what is indented by two, with its continuations. People are indented by four, below no command. */
function commands(text: string): string {
  const lines = text.split("\n");
  return lines
    .filter((line, i) => /^ {2}\S/.test(line) || lines[i - 1]?.endsWith("\\") === true)
    .map((line) => (line.startsWith("  curl") ? `echo; ${line.trim()}` : line))
    .join("\n");
}

test("every printed request works as it is pasted", async () => {
  const script = `set -e\n${commands(pasteableRequests(stack, true))}`;
  const { stdout } = await promisify(execFile)("bash", ["-c", script]);
  const answers = stdout
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  expect(answers).toMatchObject([
    [{ plan_type: "pro" }],
    { status: "applied" },
    { assistantId: "seed-assistant-11" },
    { status: "applied" },
  ]);
});

/** A program of somebody who has installed the packages that it imports, the client of this checkout among them. */
async function runWithPackages(code: string): Promise<string> {
  const modules = join(data, "program", "node_modules");
  const client = join(modules, "switchboard-client");
  await mkdir(join(client, "dist"), { recursive: true });
  await writeFile(join(client, "dist", "index.js"), await bundle());
  await copyFile(join(projectRoot, "packages/client/package.json"), join(client, "package.json"));
  for (const name of ["@supabase", "ws"]) {
    await symlink(join(projectRoot, "node_modules", name), join(modules, name));
  }
  const program = join(data, "program", "request.mjs");
  await writeFile(program, code);
  return (await promisify(execFile)(process.execPath, [program])).stdout;
}

test("the README's first request runs as it stands", async () => {
  const readme = await readFile(join(projectRoot, "README.md"), "utf8");
  const [, block = ""] = /^```js\n([\s\S]*?)^```$/m.exec(readme) ?? [];
  const printed = await runWithPackages(
    block
      .replace("http://127.0.0.1:54321", stack.url)
      .replace("<publishable key>", stack.publishable_key),
  );
  expect(printed).toMatch(/^pro: \d+ seconds left\n$/);
});

test.each(demoPeople)("$email signs in", async ({ email }) => {
  const response = await fetch(`${stack.url}/auth/v1/token?grant_type=password`, {
    method: "POST",
    headers: { apikey: stack.publishable_key, "content-type": "application/json" },
    body: JSON.stringify({ email, password: demoPassword }),
  });
  expect(response.status).toBe(200);
});

test("without the seed no demo person is printed", () => {
  expect(pasteableRequests(stack, false)).not.toContain(demoPassword);
});

test("a running stack is found by its data folder", async () => {
  const { url, db_url: databaseUrl } = stack;
  expect(await findRunningStack(data)).toMatchObject({ url, databaseUrl });
  expect(await findRunningStack(join(data, "nowhere"))).toBeNull();
});

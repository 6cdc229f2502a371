import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
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

test("the README's first request runs as it stands", async () => {
  const readme = await readFile(join(projectRoot, "README.md"), "utf8");
  const [, block = ""] = /^```js\n([\s\S]*?)^```$/m.exec(readme) ?? [];
  const code = block
    .replace("http://127.0.0.1:54321", stack.url)
    .replace("<publishable key>", stack.publishable_key);
  const flags = ["--input-type=module", "-e", `${code}\nconsole.log(JSON.stringify(classes));`];
  const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd: projectRoot });
  expect(JSON.parse(stdout)).toContainEqual(
    expect.objectContaining({ title: expect.any(String), status: expect.any(String) }),
  );
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

import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { projectRoot } from "../../../local/project.ts";
import { sql } from "../support/database.ts";
import { testStack } from "../support/resources.ts";
import { createUser } from "../support/users.ts";

const run = promisify(execFile);
const installed = (path: string) => join(projectRoot, "node_modules", path);

/** A project of somebody else's, which has installed the package as it would be published. */
let project: string;
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "switchboard-client-"));
  const modules = join(project, "node_modules");
  const client = join(modules, "switchboard-client");
  await mkdir(client, { recursive: true });
  const { stdout } = await run(
    "npm",
    [
      "pack",
      "--workspace",
      "switchboard-client",
      "--json",
      "--silent",
      "--pack-destination",
      project,
    ],
    { cwd: projectRoot },
  );
  const [packed]: { filename: string }[] = JSON.parse(stdout);
  await run("tar", [
    "-xzf",
    join(project, packed?.filename ?? ""),
    "-C",
    client,
    "--strip-components=1",
  ]);
  for (const name of ["@supabase", "@types", "ws"]) {
    await symlink(installed(name), join(modules, name));
  }
  await writeFile(join(project, "package.json"), '{ "type": "module" }');
  await copyFile(join(projectRoot, "packages/client/examples/day.ts"), join(project, "day.ts"));
}, 180_000);
afterAll(() => rm(project, { recursive: true, force: true }));

/** A program with one mistake, which only the published types can show. */
const mistaken = `import { createClient } from "@supabase/supabase-js";
import { switchboard } from "switchboard-client";
const { data } = await switchboard(createClient("", "")).limits.read();
console.log(data?.plan_type, data?.plan);
`;

it("the packed client types its programs and runs the example as it stands", async () => {
  await writeFile(join(project, "mistaken.ts"), mistaken);
  const compiler = [installed("typescript/bin/tsc"), "--strict", "--module", "nodenext"];
  const options = ["--target", "es2023", "--lib", "es2023,dom,dom.iterable", "--types", "node"];
  const compiled = run(
    process.execPath,
    [...compiler, ...options, "--skipLibCheck", "day.ts", "mistaken.ts"],
    { cwd: project },
  );
  await expect(compiled).rejects.toMatchObject({
    stdout: expect.stringMatching(/^mistaken\.ts\(4,36\): error TS2339: .*\n$/),
  });

  const user = await createUser();
  const password = "a password of theirs";
  await user.client.auth.updateUser({ password });
  const { url, publishable_key } = testStack();
  const program = ["day.js", url, publishable_key, user.email, password];
  const { stdout } = await run(process.execPath, program, { cwd: project });
  expect(stdout.trim().split("\n")).toEqual([
    "free: 600 seconds left",
    "0 calls in 30 days",
    "0 of 21 bytes",
    "21 of 21 bytes",
    "1 file sent",
    expect.stringMatching(/^exported .*accounts/),
  ]);
  const files = "select from public.ticket_attachments where user_id = $1 and state = 'ready'";
  expect(await sql(files, [user.id])).toHaveLength(1);
}, 180_000);

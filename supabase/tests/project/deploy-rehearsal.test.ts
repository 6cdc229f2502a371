import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FunctionHost } from "../../../local/functions/host.ts";
import { openLog } from "../../../local/logs.ts";
import { functionNames, projectRoot } from "../../../local/project.ts";
import { supabaseCli } from "../../../local/supabase-cli.ts";
import {
  type ManagementApi,
  startManagementApi,
  type UploadedFunction,
} from "../support/management-api.ts";

/** What is open to the world and checks its caller itself; every other function has the gateway check the token first. */
const openToTheWorld = new Set([
  "zoom-webhook",
  "google-meet-webhook",
  "vapi-webhook",
  "email-webhook",
  "email-unsubscribe",
  "survey-link",
  "calendar",
  "maintenance",
]);

/** What links open without a sign-in, and how it refuses a POST that brings nothing. */
const byLink: Readonly<Record<string, { status: number; code: string }>> = {
  "email-unsubscribe": { status: 422, code: "invalid_input" },
  "survey-link": { status: 422, code: "invalid_input" },
  calendar: { status: 405, code: "method_not_allowed" },
};

const names = functionNames();
const folder = mkdtempSync(join(tmpdir(), "switchboard-deploy-"));
let api: ManagementApi;
let cli: Awaited<ReturnType<typeof supabaseCli>>;

beforeAll(async () => {
  api = await startManagementApi();
  const profile = join(folder, "profile.yaml");
  writeFileSync(
    profile,
    `name: rehearsal\napi_url: ${api.url}\ndashboard_url: ${api.url}\nproject_host: 127.0.0.1\n`,
  );
  cli = await supabaseCli(
    [
      "functions",
      "deploy",
      "--use-api",
      "--yes",
      "--remote=abcdefghijklmnopqrst",
      "--profile",
      profile,
    ],
    // The form of a token, and nobody's.
    { env: { SUPABASE_ACCESS_TOKEN: `sbp_${"0".repeat(40)}`, HOME: folder } },
  );
});

afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Lays the uploaded files out in a folder that has nothing else but the installed packages. */
function layOut(uploaded: UploadedFunction): string {
  const root = join(folder, uploaded.name);
  for (const [path, content] of uploaded.files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  // JSR cannot be reached from every machine: the stand-ins take the place of what deno.json names there.
  cpSync(join(projectRoot, "local", "std"), join(root, "local", "std"), { recursive: true });
  symlinkSync(join(projectRoot, "node_modules"), join(root, "node_modules"));
  return root;
}

async function askAlone(uploaded: UploadedFunction): Promise<{ status: number; code: unknown }> {
  const root = layOut(uploaded);
  const log = openLog(join(root, "functions.log"));
  const host = new FunctionHost({
    root,
    importMap: join(root, "import-map.json"),
    env: {
      SUPABASE_URL: "http://127.0.0.1:9",
      SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: "sb_publishable_rehearsal" }),
      SUPABASE_SECRET_KEYS: JSON.stringify({ default: "sb_secret_rehearsal" }),
      SUPABASE_JWKS: JSON.stringify({ keys: [] }),
    },
    log,
  });
  try {
    const lease = await host.lease(uploaded.name);
    if (lease === null) throw new Error(`${uploaded.name} did not start from what was uploaded`);
    const response = await fetch(`http://127.0.0.1:${lease.port}/${uploaded.name}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    lease.release();
    const body: { code?: unknown } = JSON.parse(await response.text());
    return { status: response.status, code: body.code };
  } finally {
    await host.close();
    await log.close();
  }
}

const importsOf = (content: unknown) =>
  ts.preProcessFile(String(content)).importedFiles.map(({ fileName }) => fileName);

/** Files that an uploaded module imports, also those that it loads when they are needed, and that were not uploaded. */
const missingFiles = ({ files }: UploadedFunction): string[] =>
  [...files]
    .filter(([path]) => path.endsWith(".ts"))
    .flatMap(([path, content]) =>
      importsOf(content)
        .filter((name) => name.startsWith("."))
        .map((name) => posix.join(posix.dirname(path), name)),
    )
    .filter((path) => !files.has(path));

/** Bare specifiers that an uploaded module asks for and that deno.json does not name: they resolve only in a checkout. */
function unnamedImports(uploaded: UploadedFunction): string[] {
  const config: { imports: Record<string, string> } = JSON.parse(
    String(uploaded.files.get("deno.json")),
  );
  return [...uploaded.files]
    .filter(([path]) => path.endsWith(".ts"))
    .flatMap(([path, content]) =>
      importsOf(content)
        .filter((name) => !/^(\.|node:)/.test(name) && !(name in config.imports))
        .map((name) => `${path}: ${name}`),
    );
}

describe("the deployment, as the real CLI makes it", () => {
  it("uploads every function and nothing else", () => {
    expect(cli.status, cli.stderr).toBe(0);
    expect([...api.uploads.keys()].sort()).toEqual(names);
  });

  it.each(names)("%s has the gateway check it is meant to have, and the import map", (name) => {
    const { verify_jwt, import_map_path } = api.uploads.get(name) ?? {};
    expect({ verify_jwt, import_map_path }).toEqual({
      verify_jwt: !openToTheWorld.has(name),
      import_map_path: "deno.json",
    });
  });

  it.each(names)("%s imports nothing that only a checkout has", (name) => {
    const uploaded = api.uploads.get(name);
    expect(uploaded && unnamedImports(uploaded)).toEqual([]);
  });

  it.each(names)("%s has every file that it imports, now or later", (name) => {
    const uploaded = api.uploads.get(name);
    expect(uploaded && missingFiles(uploaded)).toEqual([]);
  });

  it.each(names)("%s starts from the uploaded files alone and refuses a stranger", async (name) => {
    const uploaded = api.uploads.get(name);
    if (!uploaded) throw new Error(`${name} was not uploaded`);
    const { status, code } = await askAlone(uploaded);
    // A webhook without its secret accepts nothing (503, the sender retries); who comes by a link has to bring it.
    const refusal = name.endsWith("-webhook")
      ? { status: 503, code: expect.any(String) }
      : (byLink[name] ?? { status: 401, code: "unauthenticated" });
    expect({ status, code }).toEqual(refusal);
  });
});

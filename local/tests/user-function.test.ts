import { mkdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { projectRoot } from "../project.ts";
import { startStack } from "../stack.ts";
import { makeProject } from "./project.ts";

/** Packages resolve as in the project: its manifest, its deno.json, its node_modules, its stand-ins. */
test("a user's token passes @supabase/server in a function, and the client there is the user", async () => {
  const copy = (file: string) => readFile(join(projectRoot, file), "utf8");
  const project = await makeProject({
    "deno.json": await copy("deno.json"),
    "package.json": await copy("package.json"),
    "supabase/migrations/20260101000000_make.sql":
      "create function public.me() returns uuid language sql stable as 'select auth.uid()';",
    "supabase/functions/me/index.ts": `
      import { withSupabase } from "@supabase/server";
      export default { fetch: withSupabase({ auth: "user" }, async (_request, { supabase }) => {
        const { data, error } = await supabase.rpc("me");
        return Response.json({ data, error });
      }) };`,
  });
  await mkdir(join(project.root, "local"));
  for (const folder of ["node_modules", "packages", "local/std"]) {
    await symlink(join(projectRoot, folder), join(project.root, folder));
  }
  const stack = await startStack({
    root: project.root,
    data: project.data,
    port: 0,
    scheduler: false,
    durable: false,
  });
  try {
    const signUp = await fetch(`${stack.url}/auth/v1/signup`, {
      method: "POST",
      headers: { apikey: stack.publishable_key, "content-type": "application/json" },
      body: JSON.stringify({ email: "somebody@example.com", password: "long enough" }),
    });
    const session = z
      .object({ access_token: z.string(), user: z.object({ id: z.string() }) })
      .parse(await signUp.json());
    const ask = (token: string) =>
      fetch(`${stack.url}/functions/v1/me`, {
        headers: { apikey: stack.publishable_key, authorization: `Bearer ${token}` },
      });
    const answer = await ask(session.access_token);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ data: session.user.id, error: null });
    expect((await ask("e30.e30.e30")).status).toBe(401);
  } finally {
    await stack.stop();
    await project.remove();
  }
});

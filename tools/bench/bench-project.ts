import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { projectRoot } from "../../local/project.ts";

/** The floor of a webhook: one row, written over the same path as an event. */
const floor = `
import { createAdminClient } from "@supabase/server/core";
const db = createAdminClient();
export default {
  fetch: async (request: Request) => {
    const { error } = await db.rpc("bench_insert", { p_payload: await request.text() });
    return Response.json({ status: error?.code ?? "inserted" }, { status: error ? 500 : 200 });
  },
};
`;

/** The same row, inserted by a handler behind our own wrapper: signature, body limit, log line. */
const handler = (provider: "zoom" | "vapi", folder: string) => `
import { ask } from "../../../shared/webhook/result.ts";
import { ${provider}Verifier } from "../../../shared/${folder}/verifier.ts";
import { withWebhook } from "../../../shared/webhook/with-webhook.ts";
export default withWebhook({
  verifier: ${provider}Verifier(),
  receive: ({ body }) =>
    ask("bench_insert", { p_payload: JSON.stringify(body) }, {
      answer: () => Response.json({ status: "inserted" }),
      otherwise: () => Response.json({ status: "failed" }, { status: 503 }),
    }),
});
`;

/** The floor of a cold start: the platform's own wrapper around nothing. */
const empty = `
import { withSupabase } from "@supabase/server";
export default { fetch: withSupabase({ auth: "user" }, async () => Response.json({})) };
`;

/** The same facts by table calls; their own tables and functions are files. */
const tableCalls = fileURLToPath(new URL("table-calls/", import.meta.url));

const floorTable = `
create table public.bench_rows (id bigint generated always as identity primary key, payload text not null);
comment on table public.bench_rows is 'The floor of the webhook benchmark.';
alter table public.bench_rows enable row level security;
create function public.bench_insert(p_payload text) returns void language sql security definer set search_path = '' as $$
  insert into public.bench_rows (payload) values (p_payload);
$$;
grant execute on function public.bench_insert(text) to service_role;
`;

/** Gives `use` the root of a copy of the project with the floors beside its functions, which is gone afterwards. */
export async function withBenchProject<Result>(
  use: (root: string) => Promise<Result>,
): Promise<Result> {
  const root = makeBenchProject();
  try {
    return await use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function makeBenchProject(): string {
  const root = mkdtempSync(join(tmpdir(), "switchboard-bench-project-"));
  for (const part of ["supabase", "shared", "local/std", "deno.json", "package.json"]) {
    cpSync(join(projectRoot, part), join(root, part), { recursive: true });
  }
  symlinkSync(join(projectRoot, "node_modules"), join(root, "node_modules"));
  const functions = {
    "bench-floor": floor,
    "bench-zoom": handler("zoom", "classes/zoom"),
    "bench-vapi": handler("vapi", "voice/vapi"),
    "bench-empty": empty,
  };
  for (const [name, source] of Object.entries(functions)) {
    const folder = join(root, "supabase", "functions", name);
    mkdirSync(folder);
    writeFileSync(join(folder, "index.ts"), source);
  }
  cpSync(join(tableCalls, "plain.ts"), join(root, "supabase", "functions", "plain.ts"));
  for (const name of ["vapi", "zoom", "limits", "reply", "dashboard"]) {
    cpSync(join(tableCalls, name), join(root, "supabase", "functions", `bench-plain-${name}`), {
      recursive: true,
    });
  }
  const config = join(root, "supabase", "config.toml");
  for (const name of [
    "bench-floor",
    "bench-zoom",
    "bench-vapi",
    "bench-plain-vapi",
    "bench-plain-zoom",
  ]) {
    writeFileSync(config, `\n[functions.${name}]\nverify_jwt = false\n`, { flag: "a" });
  }
  writeFileSync(
    join(root, "supabase", "migrations", "29990101000000_make_bench_floor.sql"),
    floorTable + readFileSync(join(tableCalls, "tables.sql"), "utf8"),
  );
  return root;
}

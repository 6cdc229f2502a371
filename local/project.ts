import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "smol-toml";
import { z } from "zod";

/** The repository's root: the folder that has `supabase/`, `shared/` and `deno.json`. */
export const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), "..");

const FunctionSettings = z.object({
  enabled: z.boolean().default(true),
  verify_jwt: z.boolean().default(true),
});

/** A value that `supabase/config.toml` takes from the environment: `env(NAME)`; absent while it is not set. */
const fromEnvironment = z.string().transform((value) => {
  const name = /^env\((\w+)\)$/.exec(value)?.[1];
  return name === undefined ? value : process.env[name];
});

const Config = z.object({
  api: z
    .object({
      schemas: z.array(z.string()).default(["public"]),
      max_rows: z.number().int().positive().default(1000),
    })
    .default({ schemas: ["public"], max_rows: 1000 }),
  auth: z
    .object({
      site_url: fromEnvironment.optional(),
      jwt_expiry: z.number().int().positive().default(3600),
      enable_signup: z.boolean().default(true),
      minimum_password_length: z.number().int().positive().default(6),
    })
    .default({ jwt_expiry: 3600, enable_signup: true, minimum_password_length: 6 }),
  functions: z.record(z.string(), FunctionSettings).default({}),
});

/** What the stack uses of `supabase/config.toml`, with the platform's defaults. */
export type ProjectConfig = z.infer<typeof Config>;

export function readProjectConfig(root: string = projectRoot): ProjectConfig {
  return Config.parse(parse(readFileSync(join(root, "supabase", "config.toml"), "utf8")));
}

/** Whether a function has an entry point. */
export function hasFunction(name: string, root: string = projectRoot): boolean {
  return existsSync(join(root, "supabase", "functions", name, "index.ts"));
}

/** The names of the functions that have an entry point, sorted. */
export function functionNames(root: string = projectRoot): string[] {
  const folder = join(root, "supabase", "functions");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => hasFunction(name, root))
    .sort();
}

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "smol-toml";
import { z } from "zod";

/** What a project declares beside its migrations. */
export interface ProjectFacts {
  /** Schemas that the API serves; null when nothing says so. */
  exposedSchemas: string[] | null;
  buckets: string[];
  /** Names of the Edge Functions; null when there is no folder of them. */
  edgeFunctions: string[] | null;
}

const Config = z.object({
  api: z.object({ schemas: z.array(z.string()).optional() }).optional(),
  storage: z.object({ buckets: z.record(z.string(), z.unknown()).optional() }).optional(),
  functions: z.record(z.string(), z.unknown()).optional(),
});

/**
 * Reads `config.toml` and `functions/` beside a migrations folder, or below a code folder's `supabase/`. What is
 * not there is not assumed.
 * @param others further `supabase/` folders with Edge Functions of their own, as a monorepo has them
 */
export function readProjectFacts(
  supabaseFolder: string,
  others: readonly string[] = [],
): ProjectFacts {
  const facts: ProjectFacts = { exposedSchemas: null, buckets: [], edgeFunctions: null };
  const config = readConfig(join(supabaseFolder, "config.toml"));
  if (config !== null) {
    facts.exposedSchemas = config.api?.schemas ?? null;
    facts.buckets = Object.keys(config.storage?.buckets ?? {});
  }
  const declared = Object.keys(config?.functions ?? {});
  for (const folder of new Set([supabaseFolder, ...others])) {
    const names = functionsOf(join(folder, "functions"));
    if (names === null) continue;
    facts.edgeFunctions = [...new Set([...(facts.edgeFunctions ?? declared), ...names])].sort();
  }
  return facts;
}

function functionsOf(functions: string): string[] | null {
  if (!existsSync(functions) || !statSync(functions).isDirectory()) return null;
  return readdirSync(functions, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^[_.]/.test(entry.name))
    .filter((entry) =>
      readdirSync(join(functions, entry.name)).some((file) =>
        /^(?:index|main|mod)\.[cm]?[jt]sx?$/.test(file),
      ),
    )
    .map((entry) => entry.name);
}

/** The `supabase/` folder that a migrations folder belongs to. */
export function supabaseFolderOf(migrations: string): string {
  return dirname(migrations);
}

function readConfig(file: string): z.infer<typeof Config> | null {
  if (!existsSync(file)) return null;
  try {
    return Config.safeParse(parse(readFileSync(file, "utf8"))).data ?? null;
  } catch {
    return null; // A config that is no TOML says nothing; the audit goes on without it.
  }
}

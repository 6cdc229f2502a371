import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a migration's text must stay, in the form of `sha256sum`: `<hash>  <file>`. */
const sealOf = (supabase: string): string => join(supabase, "migrations.sha256");

const hashOf = (path: string): string =>
  createHash("sha256").update(readFileSync(path)).digest("hex");

function migrationNames(supabase: string): string[] {
  return readdirSync(join(supabase, "migrations"))
    .filter((name) => name.endsWith(".sql"))
    .sort();
}

function sealed(supabase: string): Map<string, string> {
  if (!existsSync(sealOf(supabase))) return new Map();
  const lines = readFileSync(sealOf(supabase), "utf8").trim().split("\n").filter(Boolean);
  return new Map(lines.map((line): [string, string] => [line.slice(66), line.slice(0, 64)]));
}

/**
 * What is wrong with the migrations of a `supabase` folder, one sentence for each: one that was changed or removed after it
 * had been sealed, one that is not sealed, and one that would come before one that is.
 */
export function brokenSeals(supabase: string): string[] {
  const [names, seals] = [migrationNames(supabase), sealed(supabase)];
  const last = [...seals.keys()].sort().at(-1) ?? "";
  const changed = [...seals].flatMap(([name, hash]) => {
    if (!names.includes(name)) return [`${name} is gone: databases have applied it.`];
    return hashOf(join(supabase, "migrations", name)) === hash
      ? []
      : [`${name} was changed after it had been sealed: write a new migration.`];
  });
  const open = names.filter((name) => !seals.has(name));
  return [
    ...changed,
    ...open.map((name) =>
      name < last
        ? `${name} is older than ${last}, which databases have applied: draft it anew.`
        : `${name} is not sealed: npm run migration -- --seal, once it is as it shall stay.`,
    ),
  ];
}

/** Seals the migrations that are not yet, and leaves what is sealed as it is. */
export function sealMigrations(supabase: string): string[] {
  const seals = sealed(supabase);
  const open = migrationNames(supabase).filter((name) => !seals.has(name));
  for (const name of open) seals.set(name, hashOf(join(supabase, "migrations", name)));
  const lines = [...seals].sort().map(([name, hash]) => `${hash}  ${name}\n`);
  writeFileSync(sealOf(supabase), lines.join(""));
  return open;
}

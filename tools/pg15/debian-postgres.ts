import { chmodSync, cpSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Binaries, extensionFolder } from "switchboard-audit/postgres";

const libraries = "/usr/lib/postgresql/15";
const share = "/usr/share/postgresql/15";

const packages: Record<string, string> = {
  "postgresql-15": join(libraries, "bin", "postgres"),
  "postgresql-15-cron": join(libraries, "lib", "pg_cron.so"),
  "postgresql-15-pgtap": join(share, "extension", "pgtap.control"),
  "postgresql-15-plpgsql-check": join(libraries, "lib", "plpgsql_check.so"),
};

/** The Debian packages that the run on Postgres 15 needs and that are not installed. */
export function missingPackages(): string[] {
  return Object.entries(packages)
    .filter(([, file]) => !existsSync(file))
    .map(([name]) => name);
}

/**
 * Copies Debian's Postgres 15 into a folder, keeping its layout, by which the server finds its files: the real
 * pg_cron comes along, and pg_net and supabase_vault, which Debian does not have, stand in. The system stays as it is.
 */
export function copyDebianPostgres(folder: string): Binaries {
  const ownLibraries = join(folder, libraries);
  const ownShare = join(folder, share);
  cpSync(libraries, ownLibraries, { recursive: true });
  cpSync(share, ownShare, { recursive: true, dereference: true });
  for (const file of readdirSync(extensionFolder)) {
    if (/^(pg_net|supabase_vault)/.test(file)) {
      cpSync(join(extensionFolder, file), join(ownShare, "extension", file));
    }
  }
  chmodSync(folder, 0o755);
  return {
    initdb: join(ownLibraries, "bin", "initdb"),
    postgres: join(ownLibraries, "bin", "postgres"),
    major: "15",
  };
}

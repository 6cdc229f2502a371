import { join } from "node:path";
import { parseArgs } from "node:util";
import { AuditError } from "./audit-error.ts";

export const usage = `switchboard-audit [<folder>] [--migrations <folder> | --db-url <url>]
  <folder>              of the code; this one, if not said. --code <folder> says the same
  --migrations <folder> supabase/migrations in the code folder, if not said
  --db-url <url>        a live database in place of migrations; it is only read
  --supabase <folder>   where config.toml and functions/ are, if not beside the migrations
  --exclude <folder>    leave a folder out; may be given several times
  --strict              stop at the first migration that fails, as supabase db push does
  --json                the report as JSON on standard output
  --markdown <file>     the report as a page
  --suggest <file>      write a draft migration that adds what is missing
  --verbose             also what is emulated, and what is dynamic
Example: switchboard-audit ../shop --exclude apps/legacy
Exit code: 0 nothing is missing, 1 something is, 2 the audit could not run.`;

export interface AuditArguments {
  code: string;
  database: { migrations: string; strict: boolean } | { url: string };
  supabase: string | null;
  exclude: string[];
  json: boolean;
  markdown: string | null;
  suggest: string | null;
  verbose: boolean;
}

/** Reads the command line. @throws AuditError with one sentence when it cannot be understood */
export function parseArguments(args: readonly string[]): AuditArguments | "help" {
  const { values, positionals } = parsed(args);
  if (values.help) return "help";
  const { migrations, "db-url": url } = values;
  const folders = [...positionals, ...(values.code ?? [])];
  if (folders.length > 1) {
    throw new AuditError(
      `One folder of code is audited at a time, and there are ${folders.length}.`,
    );
  }
  const code = folders[0] ?? ".";
  if (migrations !== undefined && url !== undefined) {
    throw new AuditError("Give either --migrations <folder> or --db-url <url>, not both.");
  }
  return {
    code,
    database:
      url === undefined
        ? { migrations: migrations ?? join(code, "supabase", "migrations"), strict: values.strict }
        : { url },
    supabase: values.supabase ?? null,
    exclude: values.exclude,
    json: values.json,
    markdown: values.markdown ?? null,
    suggest: values.suggest ?? null,
    verbose: values.verbose,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        code: { type: "string", multiple: true },
        migrations: { type: "string" },
        "db-url": { type: "string" },
        supabase: { type: "string" },
        exclude: { type: "string", multiple: true, default: [] },
        strict: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        markdown: { type: "string" },
        suggest: { type: "string" },
        verbose: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new AuditError(error instanceof Error ? error.message : String(error));
  }
}

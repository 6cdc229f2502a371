import { writeFileSync } from "node:fs";
import { parseArguments, usage } from "./arguments.ts";
import { audit } from "./audit.ts";
import { AuditError } from "./audit-error.ts";
import { renderMarkdown, renderText } from "./render.ts";
import { exitCode } from "./report.ts";
import { suggestMigration } from "./suggest.ts";
import type { Output } from "./terminal.ts";

/**
 * The command without its process.
 * @param onScratch receives the function that ends the scratch database when a signal comes
 * @returns the exit code: 0 nothing is missing, 1 something is, 2 the audit could not run
 */
export async function runAudit(
  args: readonly string[],
  output: Output,
  onScratch: (stop: () => Promise<void>) => void = () => {},
): Promise<0 | 1 | 2> {
  try {
    return await run(args, output, onScratch);
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
    output.progress("");
    output.error(error.message);
    return 2;
  }
}

async function run(
  args: readonly string[],
  output: Output,
  onScratch: (stop: () => Promise<void>) => void,
): Promise<0 | 1> {
  const options = parseArguments(args);
  if (options === "help") {
    output.out(`${usage}\n`);
    return 0;
  }
  const { report, schema, wants } = await audit({
    code: options.code,
    database: options.database,
    exclude: options.exclude,
    ...(options.supabase === null ? {} : { supabase: options.supabase }),
    onProgress: output.progress,
    onScratch,
  });
  output.progress("");
  output.out(
    options.json ? `${JSON.stringify(report, null, 2)}\n` : renderText(report, options.verbose),
  );
  if (options.markdown !== null) writeFileSync(options.markdown, renderMarkdown(report));
  if (options.suggest !== null) {
    const draft = suggestMigration(wants, schema);
    if (draft !== null) writeFileSync(options.suggest, draft);
  }
  return exitCode(report);
}

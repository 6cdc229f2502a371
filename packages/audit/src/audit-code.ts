import { checkCode } from "./checks/check-code.ts";
import { CheckContext } from "./checks/context.ts";
import { Places } from "./code/places.ts";
import { compile } from "./code/program.ts";
import { scan } from "./code/scan.ts";
import { type FoundSources, readSources } from "./code/source-files.ts";
import type { ProjectFacts } from "./project.ts";
import type { Schema } from "./schema/model.ts";
import { loadParser } from "./scratch/split.ts";

/** Everything that the code of one folder uses. */
export interface CodeAudit {
  context: CheckContext;
  sources: FoundSources;
  /** The same code against another schema. */
  against: (schema: Schema) => CheckContext;
}

/** Reads the code and compares it with a schema. @throws AuditError when the folder cannot be audited */
export async function auditCode(
  folder: string,
  schema: Schema,
  facts: ProjectFacts,
  options: { sources?: FoundSources; onProgress?: (line: string) => void } = {},
): Promise<CodeAudit> {
  await loadParser();
  const sources = options.sources ?? readSources(folder);
  const { files } = sources;
  options.onProgress?.(`reading ${files.length} source files`);
  const code = compile(folder, files);
  options.onProgress?.("looking for supabase-js uses");
  const uses = scan(code);
  options.onProgress?.(`checking ${uses.length} uses`);
  const places = new Places(code);
  const against = (other: Schema) => {
    const context = new CheckContext(other, facts, (value) => places.of(value.node));
    checkCode(context, uses);
    return context;
  };
  return { context: against(schema), sources, against };
}

import { z } from "zod";
import { supabaseCli } from "../../local/supabase-cli.ts";

const Report = z.array(
  z.object({
    function: z.string(),
    issues: z.array(
      z.object({
        level: z.string(),
        message: z.string(),
        statement: z.object({ lineNumber: z.string().optional() }).optional(),
        context: z.string().optional(),
        detail: z.string().optional(),
        hint: z.string().optional(),
      }),
    ),
  }),
);

// Jobs, event handlers and hooks have one signature each, which most of them do not use whole.
const givenBySignature = /^unused parameter "(p_now|p_event_id|p_event|p_user_id|p_old|p_new)"$/;

// plpgsql_check cannot see into `return query execute` and `execute … into`, and says so.
const unseen = /cannot (to determine|determinate a) result of dynamic SQL/;

/** What `supabase db lint` (plpgsql_check) finds in our schemas at any level, one line for each finding. */
export async function lintFindings(databaseUrl: string): Promise<string[]> {
  const { status, stdout, stderr } = await supabaseCli([
    "db",
    "lint",
    `--remote=${databaseUrl}`,
    "--schema=public,private",
    "--level=warning",
    "--fail-on=none",
  ]);
  if (status !== 0) return [`supabase db lint ended with ${status}: ${stderr.trim()}`];
  const json = stdout.slice(stdout.indexOf("["));
  if (!stdout.includes("[")) return [];
  return Report.parse(JSON.parse(json.slice(0, json.lastIndexOf("]") + 1))).flatMap((checked) =>
    checked.issues
      .filter(({ message, detail, hint }) => {
        return !givenBySignature.test(message) && !unseen.test(`${message} ${detail} ${hint}`);
      })
      .map(
        ({ level, message, statement, detail, context }) =>
          `${checked.function}:${statement?.lineNumber ?? "?"} ${level}: ${message} ${detail ?? ""} ${context ?? ""}`,
      ),
  );
}

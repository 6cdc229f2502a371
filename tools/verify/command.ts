import { join } from "node:path";
import { parseArgs } from "node:util";
import { AuditError, type Output } from "switchboard-audit";
import { StackError } from "../../local/errors.ts";
import { projectRoot } from "../../local/project.ts";
import { findRunningStack } from "../../local/running-stack.ts";
import { type Item, problems, type VerifyReport } from "./report.ts";
import { type VerifyOptions, verify } from "./verify.ts";

const usage = `npm run verify -- [--db-url <url>] [--functions-url <url>]
  without --db-url       the stack that npm start runs here; --data <folder> if it is not on .data
  --functions-url <url>  …/functions/v1: asks every function whether it answers
  --publishable-key <key>  beside --functions-url: whether Auth confirms addresses by itself
  --secrets <file>       names of the functions' secrets: supabase secrets list --output json, or an env file
  --json                 the whole checklist as JSON
  --verbose              also what is present
Exit code: 0 all is there, 1 something is not, 2 the check could not run. Nothing is changed.`;

/** `npm run verify` without its process; see {@link verify}. */
export async function runVerify(
  args: readonly string[],
  output: Output,
  options: Pick<VerifyOptions, "expected" | "onScratch"> = {},
): Promise<0 | 1 | 2> {
  try {
    const values = parse(args);
    if (values.help) {
      output.out(`${usage}\n`);
      return 0;
    }
    const report = await verify({
      ...(await target(values)),
      root: projectRoot,
      ...(values.secrets === undefined ? {} : { secretsFile: values.secrets }),
      onProgress: output.progress,
      ...options,
    });
    output.progress("");
    output.out(
      values.json ? `${JSON.stringify(report, null, 2)}\n` : render(report, values.verbose),
    );
    return problems(report).length > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof AuditError || error instanceof StackError)) throw error;
    output.progress("");
    output.error(error.message);
    return 2;
  }
}

/** What is verified: the given database, or the running stack. */
async function target(
  values: ReturnType<typeof parse>,
): Promise<Pick<VerifyOptions, "databaseUrl" | "functionsUrl" | "publishableKey">> {
  const given = {
    ...(values["functions-url"] === undefined ? {} : { functionsUrl: values["functions-url"] }),
    ...(values["publishable-key"] === undefined
      ? {}
      : { publishableKey: values["publishable-key"] }),
  };
  const databaseUrl = values["db-url"];
  if (databaseUrl !== undefined) return { databaseUrl, ...given };
  const stack = await findRunningStack(values.data);
  if (stack !== null) {
    return { databaseUrl: stack.databaseUrl, functionsUrl: `${stack.url}/functions/v1`, ...given };
  }
  throw new AuditError(
    `No stack runs on ${values.data}: run npm start in another terminal, or say which database to verify, for example
npm run verify -- --db-url 'postgresql://postgres.<ref>:<password>@<pooler host>:5432/postgres'

${usage}`,
  );
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        "db-url": { type: "string" },
        data: { type: "string", default: join(projectRoot, ".data") },
        "functions-url": { type: "string" },
        "publishable-key": { type: "string" },
        secrets: { type: "string" },
        json: { type: "boolean", default: false },
        verbose: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new AuditError(error instanceof Error ? error.message : String(error));
  }
}

function render(report: VerifyReport, verbose: boolean): string {
  const wrong = problems(report);
  const lines: string[] = [];
  const shown = verbose ? report.items : wrong;
  for (const item of shown) lines.push(...renderItem(item));
  const hidden = report.items.filter((item) => item.state === "not visible");
  if (hidden.length > 0 && !verbose) {
    lines.push(`Not visible from here: ${hidden.map((item) => item.name).join(", ")}`);
  }
  const totals = Object.entries(report.totals);
  lines.push(
    "",
    totals.map(([kind, { present, expected }]) => `${kind} ${present}/${expected}`).join(", "),
    wrong.length === 0 ? "All is there." : `${wrong.length} not as expected.`,
  );
  return `${lines.join("\n").trimStart()}\n`;
}

function renderItem(item: Item): string[] {
  const head = `${item.state}: ${item.kind} ${item.name}${item.detail === null ? "" : ` (${item.detail})`}`;
  if (item.mend === null) return [head];
  const command = "sql" in item.mend ? item.mend.sql : item.mend.shell;
  return [head, ...command.split("\n").map((line) => `    ${line}`)];
}

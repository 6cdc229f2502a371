import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { projectRoot } from "../../../local/project.ts";

const execFileAsync = promisify(execFile);
const commands = {
  node: [process.execPath, ["--input-type=module", "-e"]],
  deno: [join(projectRoot, "node_modules/.bin/deno"), ["eval"]],
} as const;

/** What the examples of a page gave. */
export interface ExampleResults {
  /** By the names that the examples use. */
  readonly results: Record<string, unknown>;
  /** Each `error`, also of answers of which the page shows the data alone: null when nothing was refused. */
  readonly errors: Record<string, unknown>;
}

function blocksOf(page: string): string[] {
  const file = fileURLToPath(new URL(`../../../docs/api/${page}`, import.meta.url));
  const blocks = [...readFileSync(file, "utf8").matchAll(/^```ts run\n([\s\S]*?)^```$/gm)];
  if (blocks.length === 0) throw new Error(`${page} has no example that is marked to be run`);
  return blocks.map(([, block]) => block ?? "");
}

/**
 * Runs the blocks of docs/api/<page> that are marked `ts run`, in their order and as they stand.
 * @param given the values that the page expects its reader to have, by name
 */
export async function runExamples(
  page: string,
  given: Readonly<Record<string, unknown>>,
): Promise<ExampleResults> {
  // Every destructured answer also gives its error, so that a refusal cannot go unseen.
  const code = blocksOf(page)
    .join("\n")
    .replaceAll(/^const \{ data: (\w+) \}/gm, "const { data: $1, error: $1_error }");
  const named = (pattern: RegExp) => [...code.matchAll(pattern)].flatMap(([, name]) => name ?? []);
  const errorNames = named(/\berror: (\w+)/g);
  const names = [...named(/\bdata: (\w+)/g), ...named(/^const (\w+) =/gm), ...errorNames];
  const folder = mkdtempSync(join(tmpdir(), "switchboard-examples-"));
  try {
    const module = join(folder, "examples.mjs");
    const parameters = Object.keys(given).join(", ");
    writeFileSync(
      module,
      `export default async ({ ${parameters} }) => {\n${code}\nreturn { ${names.join(", ")} };\n};\n`,
    );
    const { default: run } = await import(pathToFileURL(module).href);
    const results: Record<string, unknown> = await run(given);
    return { results, errors: Object.fromEntries(errorNames.map((name) => [name, results[name]])) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same errors, all null: what is expected. */
export const noErrors = ({ errors }: ExampleResults): Record<string, null> =>
  Object.fromEntries(Object.keys(errors).map((name) => [name, null]));

/**
 * Runs each block of docs/api/<page> as a program of its own, which prints one line of JSON.
 * @param runtimes what runs each block, in their order
 * @param given the values for what stands in angle brackets, by name
 */
export async function runPrograms(
  page: string,
  runtimes: readonly ("node" | "deno")[],
  given: Readonly<Record<string, string>>,
): Promise<unknown[]> {
  const blocks = blocksOf(page);
  if (blocks.length !== runtimes.length) throw new Error(`${page} has ${blocks.length} programs`);
  // Deno keeps `localStorage` there, which no later run shall find.
  const folder = mkdtempSync(join(tmpdir(), "switchboard-programs-"));
  const options = { cwd: projectRoot, env: { ...process.env, DENO_DIR: folder } };
  try {
    return await Promise.all(
      blocks.map(async (block, place) => {
        const code = block.replaceAll(/<([a-z ]+)>/g, (mark, name: string) => given[name] ?? mark);
        const [command, flags] = commands[runtimes[place] ?? "node"];
        const { stdout } = await execFileAsync(command, [...flags, code], options);
        return JSON.parse(stdout);
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** What the examples of a page gave. */
export interface ExampleResults {
  /** By the names that the examples use. */
  readonly results: Record<string, unknown>;
  /** Each `error`, also of answers of which the page shows the data alone: null when nothing was refused. */
  readonly errors: Record<string, unknown>;
}

/**
 * Runs the blocks of docs/api/<page> that are marked `ts run`, in their order and as they stand.
 * @param given the values that the page expects its reader to have, by name
 */
export async function runExamples(
  page: string,
  given: Readonly<Record<string, unknown>>,
): Promise<ExampleResults> {
  const file = fileURLToPath(new URL(`../../../docs/api/${page}`, import.meta.url));
  const blocks = [...readFileSync(file, "utf8").matchAll(/^```ts run\n([\s\S]*?)^```$/gm)];
  if (blocks.length === 0) throw new Error(`${page} has no example that is marked to be run`);
  // Every destructured answer also gives its error, so that a refusal cannot go unseen.
  const code = blocks
    .map(([, block]) => block ?? "")
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

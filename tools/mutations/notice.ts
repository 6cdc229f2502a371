import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { projectRoot } from "../../local/project.ts";
import { readScript, runTapFile } from "../../supabase/tests/support/run-tap-file.ts";
import type { Guard } from "./guards.ts";

interface TapFile {
  readonly path: string;
  readonly text: string;
}

/** What fails in a file on a database; null when all of it holds. */
async function failureOn(databaseUrl: string, path: string): Promise<string | null> {
  try {
    const { failures, passed } = await runTapFile(databaseUrl, path);
    return failures[0]?.line ?? (passed === 0 ? "It tests nothing." : null);
  } catch (error) {
    // A file that stops at an error fails, as it does under vitest.
    return String(error);
  }
}

/** The pgTAP files of the project. */
export class Tests {
  readonly #wholeUrl: string;
  readonly #files: readonly TapFile[];
  /** Files that were seen to hold while nothing is missing. */
  readonly #sound = new Set<string>();

  /** @param wholeUrl the database that nothing is missing in */
  constructor(wholeUrl: string) {
    this.#wholeUrl = wholeUrl;
    const folder = join(projectRoot, "supabase/tests/database");
    this.#files = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".test.sql"))
      .sort()
      .map((name) => join(folder, name))
      .map((path) => ({ path, text: readScript(path) }));
  }

  /** Those that name what the guard is about come first, and among equals the shortest. */
  #inOrderFor({ words }: Guard): TapFile[] {
    const score = ({ text }: TapFile) =>
      words.reduce((sum, word, i) => (text.includes(word) ? sum + words.length - i : sum), 0);
    return this.#files
      .map((file) => ({ file, score: score(file) }))
      .sort((a, b) => b.score - a.score || a.file.text.length - b.file.text.length)
      .map(({ file }) => file);
  }

  /** @throws Error when a file fails although nothing is missing: then it notices nothing */
  async #holdsOnTheWhole(path: string): Promise<void> {
    if (this.#sound.has(path)) return;
    const failure = await failureOn(this.#wholeUrl, path);
    if (failure !== null) throw new Error(`${path} fails as it is: ${failure}`);
    this.#sound.add(path);
  }

  /** The first file that fails on a database without a guard, from the project's root; null when all hold. */
  async firstToNotice(databaseUrl: string, guard: Guard): Promise<string | null> {
    for (const { path } of this.#inOrderFor(guard)) {
      if ((await failureOn(databaseUrl, path)) === null) continue;
      await this.#holdsOnTheWhole(path);
      return relative(projectRoot, path);
    }
    return null;
  }
}

import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { projectRoot } from "../../local/project.ts";
import { readScript, runTapFile } from "../../supabase/tests/support/run-tap-file.ts";
import type { Guard } from "./guards.ts";

/** A pgTAP file, and what decides when it is asked whether it notices a loss. */
interface TapFile {
  readonly path: string;
  readonly text: string;
  readonly seconds: number;
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

/** The pgTAP files of the project, each of which holds on the database that nothing is missing in. */
export class Tests {
  readonly #files: readonly TapFile[];

  private constructor(files: readonly TapFile[]) {
    this.#files = files;
  }

  /** @throws Error that names a file which fails before anything is taken away */
  static async thatHoldOn(databaseUrl: string): Promise<Tests> {
    const files: TapFile[] = [];
    const folder = join(projectRoot, "supabase/tests/database");
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
    for (const name of names.filter((each) => each.endsWith(".test.sql")).sort()) {
      const path = join(folder, name);
      const startedAt = performance.now();
      const failure = await failureOn(databaseUrl, path);
      if (failure !== null) throw new Error(`${name} fails as it is: ${failure}`);
      files.push({
        path,
        text: readScript(path),
        seconds: (performance.now() - startedAt) / 1_000,
      });
    }
    return new Tests(files);
  }

  /** Those that name what the guard is about come first, and among equals the quickest. */
  #inOrderFor({ words }: Guard): TapFile[] {
    const score = ({ text }: TapFile) =>
      words.reduce(
        (sum, word, place) => (text.includes(word) ? sum + words.length - place : sum),
        0,
      );
    return this.#files
      .map((file) => ({ file, score: score(file) }))
      .sort((a, b) => b.score - a.score || a.file.seconds - b.file.seconds)
      .map(({ file }) => file);
  }

  /** The first file that fails without a guard, from the project's root; null when all hold. */
  async firstToNotice(databaseUrl: string, guard: Guard): Promise<string | null> {
    for (const { path } of this.#inOrderFor(guard)) {
      if ((await failureOn(databaseUrl, path)) !== null) return relative(projectRoot, path);
    }
    return null;
  }
}

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A small project of its own, for what cannot be shown on ours without editing it. */
export interface TemporaryProject {
  root: string;
  /** A data folder beside it, for a stack. */
  data: string;
  write(path: string, content: string): Promise<void>;
  remove(): Promise<void>;
}

/** Makes a project from its files (path below the root → content); its path has a space. */
export async function makeProject(files: Record<string, string>): Promise<TemporaryProject> {
  const folder = await mkdtemp(join(tmpdir(), "switchboard project-"));
  const root = join(folder, "project");
  const write = async (path: string, content: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  };
  const all = { "deno.json": '{"imports":{}}', "supabase/config.toml": "", ...files };
  for (const [path, content] of Object.entries(all)) await write(path, content);
  return {
    root,
    data: join(folder, "data"),
    write,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Asks until the answer is as wanted; rejects when it is not within ten seconds. */
export async function until<T>(
  ask: () => Promise<T>,
  isWanted: (answer: T) => boolean,
): Promise<T> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

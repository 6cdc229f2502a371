import type { TestProject } from "vitest/node";
import { startTestStacks } from "./setup-stack.ts";

/** A stack for each worker: files that watch what a stack does must be alone with it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  return startTestStacks(project, project.config.maxWorkers, { seed: false });
}

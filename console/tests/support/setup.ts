import type { TestProject } from "vitest/node";
import { startTestStacks } from "../../../supabase/tests/support/setup-stack.ts";
import { chromiumPath } from "./chromium.ts";

/** One seeded stack that serves the console, for all files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  chromiumPath();
  return startTestStacks(project, 1, { seed: true, console: true });
}

import { expect, it } from "vitest";
import { testDatabaseUrl } from "./resources.ts";
import { runTapFile } from "./run-tap-file.ts";

/** Declares the test that a pgTAP file is. */
export function tapFile(path: string): void {
  it("holds", async () => {
    const { passed, failures } = await runTapFile(testDatabaseUrl(), path);
    // The whole text, which an assertion would shorten.
    const said = failures.flatMap(({ line, diagnostics }) => [line, ...diagnostics]);
    if (said.length > 0) throw new Error(said.join("\n"));
    expect(passed).toBeGreaterThan(0);
  });
}

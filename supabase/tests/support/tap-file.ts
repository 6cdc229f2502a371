import { expect, inject, it } from "vitest";
import { runTapFile } from "./run-tap-file.ts";

/** Declares the test that a pgTAP file is. */
export function tapFile(path: string): void {
  it("holds", async () => {
    const report = await runTapFile(inject("database_url"), path);
    expect(report.failures).toEqual([]);
    expect(report.passed).toBeGreaterThan(0);
  });
}

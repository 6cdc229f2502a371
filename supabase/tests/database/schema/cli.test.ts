import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { supabaseCli } from "../../../../local/supabase-cli.ts";
import { generateTypes } from "../../../../tools/types/generate.ts";
import { testDatabaseUrl } from "../../support/resources.ts";

const typesFile = fileURLToPath(new URL("../../../database.types.ts", import.meta.url));

describe("what the Supabase CLI says of the schema", () => {
  it("the advisors report nothing at WARN or ERROR", async () => {
    const result = await supabaseCli([
      "db",
      "advisors",
      `--remote=${testDatabaseUrl()}`,
      "--type=all",
      "--level=warn",
      "--fail-on=warn",
    ]);
    expect(result.stdout + result.stderr).toContain("No issues found");
    expect(result.status).toBe(0);
  });

  it("a second push applies nothing", async () => {
    const result = await supabaseCli(["db", "push", `--remote=${testDatabaseUrl()}`, "--yes"]);
    expect(result.status).toBe(0);
    expect(result.stdout + result.stderr).toMatch(/up to date/i);
  });

  it("the generated types are in step with the migrations", async () => {
    const committed = await readFile(typesFile, "utf8");
    expect(await generateTypes(testDatabaseUrl())).toBe(committed);
  });
});

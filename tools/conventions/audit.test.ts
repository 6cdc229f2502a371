import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { projectRoot } from "../../local/project.ts";
import { type Audit, audit } from "../audit/audit.ts";
import { schemaDocument } from "../audit/schema/document.ts";
import { startPlatform } from "../scratch-platform.ts";
import { sourceFiles } from "./source-files.ts";

let own: Audit;
beforeAll(async () => {
  own = await audit({
    code: projectRoot,
    database: {
      migrations: join(projectRoot, "supabase", "migrations"),
      start: startPlatform,
      strict: true,
    },
    exclude: ["tools/audit/corpus"],
  });
});

test("every migration of this project applies in the scratch, with nothing emulated", () => {
  expect(own.report.migrations?.reports).toEqual([]);
});

test("this project uses nothing that its database lacks", () => {
  expect(own.report.totals.references_checked).toBeGreaterThan(100);
  expect(own.report.code).toEqual([]);
});

test("this project's schema has no finding", () => {
  expect(own.report.schema).toEqual([]);
});

test("docs/schema.md is in step with the migrations (npm run types)", () => {
  expect(readFileSync(join(projectRoot, "docs", "schema.md"), "utf8")).toBe(
    schemaDocument(own.schema),
  );
});

test("the audit stands alone: nothing of it imports from this project, whose words it does not know", () => {
  const files = sourceFiles().filter((file) => file.path.startsWith("tools/audit/"));
  const isOutside = (path: string, specifier: string) =>
    specifier.startsWith(".") && !join(dirname(path), specifier).startsWith("tools/audit/");
  const reaches = files.flatMap(({ path, lines }) =>
    [...lines.join("\n").matchAll(/(?:from|import|URL\()\s*\(?"([^"]+)"/g)]
      .filter(([, specifier = ""]) => isOutside(path, specifier))
      .map(([, specifier]) => `${path}: ${specifier}`),
  );
  expect(files.length).toBeGreaterThan(40);
  // What a package of its own would bring itself: a Postgres to run on, and its command.
  expect(reaches).toEqual([
    "tools/audit/tests/cli.test.ts: ../../run-audit.ts",
    "tools/audit/tests/platform.ts: ../../scratch-platform.ts",
  ]);
  const domain = /switchboard|vapi|zoom|google meet/i;
  expect(files.filter((file) => domain.test(file.lines.join("\n")))).toEqual([]);
});

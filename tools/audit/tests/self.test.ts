import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { projectRoot } from "../../../local/project.ts";
import { type Audit, audit } from "../audit.ts";
import { schemaDocument } from "../schema/document.ts";

let own: Audit;
beforeAll(async () => {
  own = await audit({
    code: projectRoot,
    database: { migrations: join(projectRoot, "supabase", "migrations"), strict: true },
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

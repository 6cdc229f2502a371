import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Audit, audit } from "switchboard-audit";
import { beforeAll, expect, test } from "vitest";
import { projectRoot } from "../../local/project.ts";
import { sourceFiles } from "./source-files.ts";

let own: Audit;
beforeAll(async () => {
  own = await audit({
    code: projectRoot,
    database: {
      migrations: join(projectRoot, "supabase", "migrations"),
      strict: true,
    },
    // The benchmark brings its own tables for the other way of writing this product.
    exclude: ["packages/audit/corpus", "tools/bench/table-calls"],
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

test("the audit stands alone: it names no file outside of its package and nothing that it does not depend on", () => {
  const manifest: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync(join(projectRoot, "packages/audit/package.json"), "utf8"),
  );
  const files = sourceFiles().filter((file) => file.path.startsWith("packages/audit/"));
  const isOutside = (path: string, specifier: string) =>
    specifier.startsWith(".") && !join(dirname(path), specifier).startsWith("packages/audit/");
  const isUnlisted = (path: string, specifier: string) =>
    path.startsWith("packages/audit/src/") &&
    !specifier.startsWith(".") &&
    !specifier.startsWith("node:") &&
    !Object.hasOwn(manifest.dependencies, specifier);
  const reaches = files.flatMap(({ path, lines }) => {
    const text = lines.join("\n");
    const named = [...text.matchAll(/(?:from|import|URL\()\s*\(?"([^"]+)"/g)];
    const imported = [...text.matchAll(/^(?:import|export|\}).* from "([^"]+)";$/gm)];
    return [
      ...named.filter(([, specifier = ""]) => isOutside(path, specifier)),
      ...imported.filter(([, specifier = ""]) => isUnlisted(path, specifier)),
    ].map(([, specifier]) => `${path}: ${specifier}`);
  });
  expect(files.length).toBeGreaterThan(40);
  expect(reaches).toEqual([]);
  const domain = /switchboard(?!-audit)|vapi|zoom|google meet/i;
  expect(files.filter((file) => domain.test(file.lines.join("\n")))).toEqual([]);
});

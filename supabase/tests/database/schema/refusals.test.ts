import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { projectRoot } from "../../../../local/project.ts";
import { knownErrors } from "../../../../tools/errors/catalogues.ts";
import { errorDocument } from "../../../../tools/errors/document.ts";
import { refusalsIn, type SqlRefusal, sqlRefusals } from "../../../../tools/errors/sql-refusals.ts";
import { testDatabaseUrl } from "../../support/resources.ts";

let fromSql: SqlRefusal[];
beforeAll(async () => {
  fromSql = await sqlRefusals(testDatabaseUrl());
});

it("every code that SQL refuses with is in the catalogue, with the same status", () => {
  const stray = fromSql.filter(
    ({ code, status }) =>
      !knownErrors.some((known) => known.code === code && known.status === status),
  );
  expect(fromSql.length).toBeGreaterThan(50);
  expect(stray).toEqual([]);
});

it("every code without a sentence of TypeScript's is one that SQL refuses with", () => {
  const told = new Set(fromSql.map(({ code }) => code));
  const silent = knownErrors.filter(({ message }) => message === undefined);
  expect(silent.filter(({ code }) => !told.has(code))).toEqual([]);
});

it("a refusal is read whatever its line breaks and quotes", () => {
  const body = "perform private.refuse(404,\n  'a_b', 'It''s gone.');";
  expect(refusalsIn(body)).toEqual([{ status: 404, code: "a_b", message: "It's gone." }]);
});

it("docs/api/errors.md is in step (npm run types)", async () => {
  const page = await readFile(join(projectRoot, "docs", "api", "errors.md"), "utf8");
  expect(page).toBe(errorDocument(fromSql));
});

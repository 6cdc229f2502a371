import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { authTables } from "../api/auth-tables.ts";
import { projectRoot } from "../project.ts";

test("the platform has the tables of Auth that the API library works on (npm run types)", async () => {
  const written = readFileSync(join(projectRoot, "packages/audit/src/platform/auth.sql"), "utf8");
  expect(written).toBe(await authTables());
});

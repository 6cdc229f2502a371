import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { generateContract } from "../../../../tools/contract/generate.ts";
import { apiTypes } from "../../../../tools/contract/types.ts";

const read = (path: string) =>
  readFile(fileURLToPath(new URL(`../../../../${path}`, import.meta.url)), "utf8");

let committed: string;
beforeAll(async () => {
  committed = await read("docs/openapi.json");
});

describe("the contract", () => {
  it("is in step with the declarations and the catalog", async () => {
    expect(await generateContract(inject("database_url"))).toBe(committed);
  });

  it("has types in step with it", async () => {
    expect(await apiTypes(committed)).toBe(await read("supabase/api.types.ts"));
  });

  it("has nothing that a linter of OpenAPI finds", async () => {
    const config = await createConfig({ extends: ["recommended"] });
    const problems = await lintFromString({ source: committed, config });
    expect(
      problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer]),
    ).toEqual([]);
  });
});

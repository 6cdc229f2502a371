import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { beforeAll, describe, expect, it } from "vitest";
import { endpointPage } from "../../../../tools/contract/endpoint-page.ts";
import { generateContract } from "../../../../tools/contract/generate.ts";
import { rpcPage } from "../../../../tools/contract/rpc-page.ts";
import { apiTypes } from "../../../../tools/contract/types.ts";
import { testDatabaseUrl } from "../../support/resources.ts";

const read = (path: string) =>
  readFile(fileURLToPath(new URL(`../../../../${path}`, import.meta.url)), "utf8");

let committed: string;
beforeAll(async () => {
  committed = await read("docs/openapi.json");
});

describe("the contract", () => {
  it("is in step with the declarations and the catalog", async () => {
    expect(await generateContract(testDatabaseUrl())).toBe(committed);
  });

  it("has types in step with it", async () => {
    expect(await apiTypes(committed)).toBe(await read("supabase/api.types.ts"));
  });

  it("has pages in step with it (npm run types)", async () => {
    expect(endpointPage(committed)).toBe(await read("docs/api/endpoints.md"));
    expect(rpcPage(committed)).toBe(await read("docs/api/rpcs.md"));
  });

  it("has nothing that a linter of OpenAPI finds, examples among it", async () => {
    const rules = {
      "no-invalid-media-type-examples": "error",
      "no-invalid-parameter-examples": "error",
    } as const;
    const config = await createConfig({ extends: ["recommended"], rules });
    const problems = await lintFromString({ source: committed, config });
    expect(
      problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer]),
    ).toEqual([]);
  });
});

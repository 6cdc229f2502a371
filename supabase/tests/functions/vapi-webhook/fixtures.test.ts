import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { deliverVapi } from "../../support/vapi.ts";

const folder = new URL("../../fixtures/vapi/", import.meta.url);

it.each(readdirSync(folder))("%s is answered with 200", async (name) => {
  const response = await deliverVapi(readFileSync(new URL(name, folder), "utf8"));
  expect(response.status).toBe(200);
});

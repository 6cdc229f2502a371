import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { deliverVapi } from "../../support/vapi.ts";

const folder = process.env.PROVIDER_EXAMPLES;
const files = folder
  ? readdirSync(join(folder, "vapi")).filter((name) => name.startsWith("doc.message."))
  : [];

describe.skipIf(!folder)("VAPI's own examples", () => {
  it.each(files)("%s is answered with 200", async (file) => {
    const response = await deliverVapi(readFileSync(join(folder ?? "", "vapi", file), "utf8"));
    expect(response.status).toBe(200);
    expect(await response.json()).toBeTypeOf("object");
  });
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { deliverZoom, wordOf } from "../../support/zoom.ts";

const folder = process.env.PROVIDER_EXAMPLES;
const files = folder
  ? readdirSync(join(folder, "zoom")).filter(
      (name) => name.endsWith(".json") && !name.includes("vectors"),
    )
  : [];

describe.skipIf(!folder)("Zoom's own examples", () => {
  it.each(files)("%s is answered with 200 and ends where it should", async (file) => {
    const response = await deliverZoom(readFileSync(join(folder ?? "", "zoom", file), "utf8"));
    if (file.startsWith("endpoint.")) {
      expect(await response.json()).toMatchObject({ encryptedToken: expect.any(String) });
      return;
    }
    const word = await wordOf(response);
    if (
      /^meeting\.(started|ended|participant_joined|participant_left|created|.*deleted|recovered)\.json/.test(
        file,
      )
    ) {
      expect(word).toBe("applied");
    } else if (file.startsWith("meeting.")) expect(word).toBe("ignored");
    else expect(["applied", "deferred", "ignored"]).toContain(word);
  });
});

import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import type { Scene } from "../../../tools/simulate/scene.ts";
import { createStage } from "../../../tools/simulate/stage.ts";
import { sumUp } from "../../../tools/simulate/sum-up.ts";
import { testStack } from "../support/resources.ts";

const folder = new URL("../../../tools/simulate/scenes/", import.meta.url);

/** The last table of each scene. */
const lastTables = new Map<string, readonly object[]>();

// The day of calls is compared with the database in simulate-voice.test.ts.
it.each(readdirSync(folder).filter((name) => !name.includes("voice-day")))(
  "the scene %s plays on a running stack and shows what came of it",
  async (name) => {
    const tables: (readonly object[])[] = [];
    const stage = createStage(testStack());
    const module: { default: Scene } = await import(new URL(name, folder).href);
    await module.default.play({ ...stage, say: (_, rows) => void (rows && tables.push(rows)) });
    expect(tables.length).toBeGreaterThan(0);
    if (name.includes("zoom-class")) expect(tables.map((rows) => rows.length)).toEqual([12, 2, 10]);
    if (name.includes("meet-class")) expect(tables.map((rows) => rows.length)).toEqual([0, 12, 10]);
    lastTables.set(name, tables.at(-1) ?? []);
    if (name.includes("support-ticket")) {
      expect(tables.map((rows) => rows.length)).toEqual([4, 5, 1]);
      expect(tables[0]?.[0]).toMatchObject({ note: "", files: "empty page.png" });
      expect(tables[2]).toMatchObject([{ first_response_state: "met", resolution_state: "met" }]);
    }
  },
);

it("two people of the same name both sign up", async () => {
  const stage = createStage(testStack());
  const [one, other] = [await stage.person("Ines Duarte"), await stage.person("Ines Duarte")];
  expect(one.id).not.toBe(other.id);
});

it("who played can sign in as the end of it says", async () => {
  const address = testStack();
  const said: string[] = [];
  const stage = createStage(address);
  const { email } = await stage.person("Ada Petersen");
  sumUp({ ...stage, say: (line) => void said.push(line) }, 1, address.publishable_key);
  const command = said.join("\n").split("\n\n").at(-1) ?? "";
  const { stdout } = await promisify(execFile)("bash", ["-ec", command]);
  expect(command).toContain(email);
  expect(JSON.parse(stdout)).toMatchObject({ plan_type: "free" });
});

it("the same class gives the same attendance over Zoom and over Meet", () => {
  // The scenes begin a little apart.
  const [zoom, meet] = ["030-zoom-class.ts", "031-google-meet-class.ts"].map((name) =>
    lastTables.get(name)?.map((row) => ({ ...row, from: undefined, to: undefined })),
  );
  expect(zoom).toHaveLength(10);
  expect(meet).toEqual(zoom);
});

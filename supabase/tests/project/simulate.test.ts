import { readdirSync } from "node:fs";
import { expect, inject, it } from "vitest";
import type { Scene } from "../../../tools/simulate/scene.ts";
import { createStage } from "../../../tools/simulate/stage.ts";

const folder = new URL("../../../tools/simulate/scenes/", import.meta.url);

it.each(readdirSync(folder))(
  "the scene %s plays on a running stack and shows what came of it",
  async (name) => {
    const tables: (readonly object[])[] = [];
    const stage = createStage(inject("stack"));
    const module: { default: Scene } = await import(new URL(name, folder).href);
    await module.default.play({ ...stage, say: (_, rows) => void (rows && tables.push(rows)) });
    expect(tables.length).toBeGreaterThan(0);
    if (name.includes("zoom-class")) expect(tables.map((rows) => rows.length)).toEqual([12, 2]);
    if (name.includes("support-ticket")) {
      expect(tables.map((rows) => rows.length)).toEqual([4, 5, 1]);
      expect(tables[0]?.[0]).toMatchObject({ note: "", files: "empty page.png" });
      expect(tables[2]).toMatchObject([{ first_response_state: "met", resolution_state: "met" }]);
    }
  },
);

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDataFolder, resetData } from "../data-folder.ts";
import { projectRoot } from "../project.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "switchboard-reset-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Makes a data folder as a start does, with a cluster and an object in it. */
async function makeData(): Promise<void> {
  const data = await openDataFolder(folder);
  mkdirSync(data.postgres, { recursive: true });
  writeFileSync(join(data.postgres, "PG_VERSION"), "17\n");
  writeFileSync(join(data.storage, "object"), "bytes");
  data.release();
}

function addThesis(): void {
  writeFileSync(join(folder, "thesis.txt"), "precious");
  mkdirSync(join(folder, "photos"));
}

describe("a reset", () => {
  test("removes what the stack made, and the folder with it", async () => {
    await makeData();
    expect(await resetData(folder)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  });

  test("leaves what somebody put beside it", async () => {
    await makeData();
    addThesis();
    expect((await resetData(folder))?.sort()).toEqual(["photos", "thesis.txt"]);
    expect(readdirSync(folder).sort()).toEqual(["photos", "thesis.txt"]);
  });

  test("finds nothing to do where there is no folder", async () => {
    expect(await resetData(join(folder, "absent"))).toBeNull();
  });

  test.each([
    ["an empty folder", () => {}],
    ["somebody's folder", addThesis],
    ["a folder with keys of something else", () => writeFileSync(join(folder, "keys.json"), "{}")],
  ])("refuses %s and touches nothing", async (_, prepare) => {
    prepare();
    const before = readdirSync(folder);
    await expect(resetData(folder)).rejects.toMatchObject({ code: "data_not_ours" });
    expect(readdirSync(folder)).toEqual(before);
  });

  test("refuses the checkout, and a path that says nothing", async () => {
    await expect(resetData(projectRoot)).rejects.toMatchObject({ code: "data_not_ours" });
    await expect(resetData(".")).rejects.toMatchObject({ code: "data_not_ours" });
    await expect(resetData("")).rejects.toMatchObject({ code: "bad_flags" });
    await expect(resetData(" ")).rejects.toMatchObject({ code: "bad_flags" });
  });

  test("refuses while a stack runs", async () => {
    const data = await openDataFolder(folder);
    await expect(resetData(folder)).rejects.toMatchObject({ code: "data_in_use" });
    expect(existsSync(data.storage)).toBe(true);
    data.release();
  });
});

test("a start moves into no folder that holds something else", async () => {
  addThesis();
  const { mode } = statSync(folder);
  await expect(openDataFolder(folder)).rejects.toMatchObject({ code: "data_not_ours" });
  expect(readdirSync(folder).sort()).toEqual(["photos", "thesis.txt"]);
  expect(statSync(folder).mode).toBe(mode);
});

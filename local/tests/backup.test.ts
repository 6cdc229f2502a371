import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { backUp, restoreBackup } from "../backup.ts";
import { openDataFolder, resetData } from "../data-folder.ts";
import { startDatabase } from "../database.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "switchboard-backup-"));
});
afterAll(async () => {
  for (const name of ["data", "restored"]) await resetData(join(folder, name));
  rmSync(folder, { recursive: true, force: true });
});

async function ask<R extends pg.QueryResultRow>(data: string, statement: string): Promise<R[]> {
  const database = await startDatabase({ data, durable: false });
  const client = new pg.Client({ connectionString: database.url });
  try {
    await client.connect();
    return (await client.query<R>(statement)).rows;
  } finally {
    await client.end();
    await database.stop();
  }
}

test("what is backed up is there again in a new data folder: rows, files and keys", async () => {
  const [data, backup, restored] = ["data", "backup", "restored"].map((name) => join(folder, name));
  if (data === undefined || backup === undefined || restored === undefined) throw new Error();
  await ask(data, "create table public.kept as select 7 as n");
  mkdirSync(join(data, "storage", "ab"));
  writeFileSync(join(data, "storage", "ab", "object"), "bytes");
  await backUp(data, backup);
  await ask(data, "drop table public.kept");

  await restoreBackup(backup, restored);
  expect(await ask(restored, "select n from public.kept")).toEqual([{ n: 7 }]);
  expect(readFileSync(join(restored, "storage", "ab", "object"), "utf8")).toBe("bytes");
  expect(readFileSync(join(restored, "keys.json"), "utf8")).toBe(
    readFileSync(join(data, "keys.json"), "utf8"),
  );

  // Neither of the two commands overwrites anything.
  await expect(backUp(data, backup)).rejects.toMatchObject({ code: "backup_refused" });
  await expect(restoreBackup(backup, data)).rejects.toMatchObject({ code: "backup_refused" });
});

test("a running stack's data is not copied under its hands", async () => {
  const data = join(folder, "data");
  const { release } = await openDataFolder(data);
  await expect(backUp(data, join(folder, "other"))).rejects.toMatchObject({ code: "data_in_use" });
  release();
  expect(existsSync(join(folder, "other"))).toBe(false);
});

test("what is no stack's data and no backup is refused", async () => {
  const somebodys = join(folder, "somebody's");
  mkdirSync(somebodys);
  writeFileSync(join(somebodys, "thesis.txt"), "precious");
  await expect(backUp(somebodys, join(folder, "other"))).rejects.toMatchObject({
    code: "data_not_ours",
  });
  await expect(restoreBackup(somebodys, join(folder, "other"))).rejects.toMatchObject({
    code: "backup_refused",
  });
  await expect(backUp(join(folder, "absent"), join(folder, "other"))).rejects.toMatchObject({
    code: "backup_refused",
  });
});

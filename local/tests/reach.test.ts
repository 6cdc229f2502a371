import { statSync } from "node:fs";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import pg from "pg";
import { expect, test } from "vitest";
import { testStack } from "../../supabase/tests/support/resources.ts";

const { url, db_url } = testStack();

/** Whether somebody listens there. */
const isOpen = (host: string, port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, host);
    const end = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.on("connect", () => end(true)).on("error", () => end(false));
  });

// On Linux 127.0.0.2 is this machine as well: whoever listens everywhere listens there, and who listens on 127.0.0.1 does not.
test.runIf(process.platform === "linux").each([
  ["the gateway", url],
  ["Postgres", db_url],
])("%s listens on 127.0.0.1 and nowhere else", async (_, address) => {
  const port = Number(new URL(address).port);
  expect([await isOpen("127.0.0.1", port), await isOpen("127.0.0.2", port)]).toEqual([true, false]);
});

test.runIf(process.platform !== "win32")(
  "nobody else on the machine reads keys and data",
  async () => {
    const client = new pg.Client({ connectionString: db_url });
    await client.connect();
    const { rows } = await client.query<{ folder: string }>(
      "select current_setting('data_directory') as folder",
    );
    await client.end();
    const database = rows[0]?.folder ?? "";
    const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
    expect(modeOf(database)).toBe("700");
    expect(modeOf(join(dirname(database), "keys.json"))).toBe("600");
  },
);

test("Postgres lets nobody in without the password of the data folder", async () => {
  const stranger = new URL(db_url);
  stranger.password = "another";
  const client = new pg.Client({ connectionString: stranger.href });
  await expect(client.connect()).rejects.toMatchObject({ code: "28P01" });
});

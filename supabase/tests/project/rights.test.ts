import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assemble, type Caller, signedIn } from "../support/contract/cast.ts";
import { database, sql } from "../support/database.ts";
import { testStack } from "../support/resources.ts";
import { type Right, readGrants, rights, rightsFile } from "../support/rights.ts";
import { createUser } from "../support/users.ts";

const isRecording = process.env.RECORD_RIGHTS === "1";
const found: Record<string, Right> = {};
let actors: readonly Caller[];
let granted: Awaited<ReturnType<typeof readGrants>>;

/** Somebody whose token says more than they still are. */
async function formerPeople(): Promise<Caller[]> {
  const [demoted, gone] = [await createUser("admin"), await createUser("agent")];
  await sql("update public.profiles set role = 'member' where id = $1", [demoted.id]);
  await sql("delete from auth.users where id = $1", [gone.id]);
  return [signedIn("demoted admin", demoted), signedIn("deleted agent", gone)];
}

beforeAll(async () => {
  const { callers } = await assemble();
  const isActor = ({ name }: Caller) => !/^(nobody|forger|secret key as)/.test(name);
  actors = [...callers.filter(isActor), ...(await formerPeople())];
  granted = await readGrants(database());
});

afterAll(async () => {
  if (isRecording) {
    const { functions } = granted;
    const text = JSON.stringify({ relations: found, functions }, null, 2);
    await writeFile(fileURLToPath(rightsFile), `${text}\n`);
  }
});

/** Whether an actor sees rows of other people's, which other files make beside this one. */
const seesOthers = ({ name }: Caller) => /^(agent|admin|secret key)$/.test(name);

/** Asks PostgREST for one row. */
async function read(table: string, select: string, { headers }: Caller) {
  const query = new URLSearchParams({ select, limit: "1" });
  const response = await fetch(`${testStack().url}/rest/v1/${table}?${query}`, { headers });
  const body: unknown = await response.json();
  return { status: response.status, rows: Array.isArray(body) ? body.length : 0 };
}

describe("over REST, with real tokens", () => {
  it("everybody sees what rights.json says, whatever has become of them", async () => {
    for (const [name, grants] of Object.entries(granted.relations)) {
      const column = grants.select === "all" ? "*" : grants.select.join();
      const answers = await Promise.all(actors.map((actor) => read(name, column || "*", actor)));
      const seen = actors.filter(
        (actor, place) => !seesOthers(actor) && (answers[place]?.rows ?? 0) > 0,
      );
      found[name] = { ...grants, seen_by: seen.map((actor) => actor.name) };
      if (isRecording) continue;
      expect([name, found[name]?.seen_by]).toEqual([name, rights.relations[name]?.seen_by]);
      const mayRead = rights.relations[name]?.select.length !== 0;
      const expected = actors.map(({ name: actor }) => {
        if (actor === "anonymous") return 401;
        return mayRead || actor === "secret key" ? 200 : 403;
      });
      const statuses = actors.map(({ name: actor }, place) =>
        actor === "secret key" ? 200 : answers[place]?.status,
      );
      expect([name, statuses]).toEqual([name, expected]);
    }
    if (!isRecording)
      expect(Object.keys(found).sort()).toEqual(Object.keys(rights.relations).sort());
  });

  it("nobody who is signed in reads a column that is not theirs to read", async () => {
    const signed = actors.find(({ name }) => name === "admin");
    if (signed === undefined) throw new Error("There is no admin.");
    for (const [name, { select }] of Object.entries(granted.relations)) {
      if (select === "all") continue;
      const columns = await sql<{ name: string }>(
        "select attname as name from pg_attribute where attrelid = format('public.%I', $1::text)::regclass and attnum > 0 and not attisdropped",
        [name],
      );
      for (const column of columns.filter((each) => !select.includes(each.name))) {
        expect([name, column.name, (await read(name, column.name, signed)).status]).toEqual([
          name,
          column.name,
          403,
        ]);
      }
    }
  });
});

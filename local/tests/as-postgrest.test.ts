import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testStack } from "../../supabase/tests/support/resources.ts";
import { foldFilters } from "../api/filters.ts";
import { makeScratch, type ScratchDatabase } from "./scratch.ts";
import { keys, type ScratchApi, startScratchApi } from "./scratch-api.ts";

// What was compared with a real PostgREST, and where the API library by itself is silently wrong.
let scratch: ScratchDatabase;
let api: ScratchApi;

beforeAll(async () => {
  scratch = await makeScratch(testStack().db_url);
  await scratch.query(`
    create type public.colour as enum ('red', 'green');
    create table public.things (
      id bigint primary key, name text default 'unnamed', amount numeric(12,2), data jsonb, tags text[],
      colours public.colour[], made_at timestamptz);
    create table public.people (id integer primary key);
    create table public.owners (
      thing_id bigint references public.things, person_id integer references public.people,
      primary key (thing_id, person_id));
    insert into public.things (id, name, amount, data, colours, made_at) values
      (1, 'apple', 1.50, '{"big":9007199254740993,"rate":2.50}', '{red,green}', '2026-01-31T10:00:00Z'),
      (2, 'pear', 2, null, null, null), (3, 'plum, dried', 3, null, null, null),
      (9007199254740993, 'big', 4, null, null, null);
    create function public.count_tags(p_tags text[]) returns integer language sql stable as 'select cardinality(p_tags)';
    create function public.writes() returns void language sql as 'insert into public.people values (7)';
    create function public.writes_although_stable() returns void language plpgsql stable as
      $$ begin perform public.writes(); end $$;
    create function public.slow() returns void language sql set statement_timeout = '50ms' as 'select pg_sleep(20)';
    create sequence public.tries;
    create function public.conflicts() returns bigint language plpgsql as $$
      declare v_try bigint := nextval('public.tries');
      begin
        if v_try < 4 then raise serialization_failure; end if;
        return v_try;
      end $$;
    create function public.method() returns text language sql stable as
      $$ select current_setting('request.method') || ' ' || current_setting('request.path') $$;
    alter table public.things enable row level security;
    create policy "everybody edits" on public.things for all to anon using (true) with check (true);
    grant select, insert, update (name) on public.things to anon;
    grant all on all tables in schema public to service_role;
    grant all on all sequences in schema public to service_role;`);
  api = await startScratchApi(scratch);
});

afterAll(async () => {
  await api.close();
  await scratch.drop();
});

const text = async (path: string, init: RequestInit = {}, key?: string) => {
  const response = await api.ask(path, init, key);
  return { status: response.status, text: await response.text() };
};
const json = async (path: string, init: RequestInit = {}, key?: string) => {
  const answer = await text(path, init, key);
  return { status: answer.status, body: answer.text === "" ? null : JSON.parse(answer.text) };
};
const send = (method: string, body: unknown, prefer = "return=representation") => ({
  method,
  headers: { prefer },
  body: typeof body === "string" ? body : JSON.stringify(body),
});
const ids = async (query: string) =>
  (await json(`things?select=id&order=id&id=lt.100&${query}`)).body.map(
    ({ id }: { id: number }) => id,
  );

describe("filters", () => {
  test.each([
    ["name=like.*p*&name=like.a*", [1]],
    ["or=(id.eq.1,id.eq.2)&or=(name.eq.pear,name.eq.big)", [2]],
    ["name=like(any).{a*,pe*}", [1, 2]],
    ["name=ilike(all).{*P*,*R*}", [2, 3]],
    ["name=not.like(any).{a*,pe*}", [3]],
    ["name=neq.pear&name=neq.plum, dried", [1]],
    ["and=(id.gte.1)&and=(id.lte.2)&id=neq.1&id=neq.3", [2]],
    ["id=in.(1,2,3)&id=in.(2,3)", [2, 3]],
  ])("%s", async (query, expected) => {
    expect(await ids(query)).toEqual(expected);
  });

  test("what needs no folding stays as it was", () => {
    const query = "select=id&id=gte.1&name=eq.a&order=id&p_tags=x";
    expect(foldFilters(new URLSearchParams(query)).toString()).toBe(query);
  });

  test("an embedded resource keeps its own", () => {
    const query = new URLSearchParams("owners.person_id=neq.1&owners.person_id=neq.2");
    expect(foldFilters(query).get("owners.and")).toBe("(person_id.neq.1,person_id.neq.2)");
  });
});

describe("values", () => {
  test("every digit of a number comes out, of a column as of JSON", async () => {
    const answer = await text("things?select=id,amount,data&id=in.(1,9007199254740993)&order=id");
    expect(answer.text.replaceAll(" ", "")).toBe(
      '[{"id":1,"amount":1.50,"data":{"big":9007199254740993,"rate":2.50}},{"id":9007199254740993,"amount":4.00,"data":null}]',
    );
  });

  test("and goes in", async () => {
    const body = '{"id":9007199254740995,"data":{"n":12345678901234567890.10}}';
    const answer = await text("things?select=id,data", send("POST", body));
    expect(answer.text.replaceAll(" ", "")).toBe(
      '[{"id":9007199254740995,"data":{"n":12345678901234567890.10}}]',
    );
  });

  test("an object for a text is its JSON, a null in an array is null, an enum's array is a list", async () => {
    const sent = { id: 11, name: { a: 1 }, tags: ["x", null], colours: ["green"] };
    const { body } = await json("things?select=name,tags,colours", send("POST", sent));
    expect(body).toEqual([{ name: '{"a":1}', tags: ["x", null], colours: ["green"] }]);
    expect((await json("things?select=colours&id=eq.1")).body).toEqual([
      { colours: ["red", "green"] },
    ]);
  });

  test("an array argument in the address is Postgres' literal", async () => {
    expect(await json("rpc/count_tags?p_tags={a,b}")).toEqual({ status: 200, body: 2 });
    expect((await json("rpc/count_tags?p_tags=a,b")).status).toBe(400);
    expect(await json("rpc/count_tags", send("POST", { p_tags: ["a"] }))).toEqual({
      status: 200,
      body: 1,
    });
  });

  test("1.0 is no integer", async () => {
    expect((await json("people", send("POST", '{"id":1.0}'))).status).toBe(400);
  });

  test("times come in the zone that is preferred", async () => {
    const headers = { prefer: "timezone=Asia/Tokyo" };
    expect((await json("things?select=made_at&id=eq.1", { headers })).body).toEqual([
      { made_at: "2026-01-31T19:00:00+09:00" },
    ]);
  });
});

describe("bodies", () => {
  const nested = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;

  test("null is no rows", async () => {
    expect(await json("things", send("POST", "null"))).toEqual({ status: 201, body: [] });
  });

  test.each([
    ["a row that is null", "things", "[null]", 400, "PGRST102"],
    ["rows with different keys", "things", [{ id: 21 }, { id: 22, name: "x" }], 400, "PGRST102"],
    ["half of a UTF-16 pair", "things", '{"id":23,"name":"Hi \\ud83d"}', 400, "PGRST102"],
    ["a body that nests without end", "things", nested, 500, "54001"],
    ["an argument that does", "rpc/count_tags", `{"p_tags":${nested}}`, 500, "54001"],
  ])("%s", async (_, path, body, status, code) => {
    expect(await json(path, send("POST", body))).toMatchObject({ status, body: { code } });
  });

  test("with columns, a key that is missing is null", async () => {
    const rows = [{ id: 31 }, { id: 32, name: "x" }];
    const path = "things?columns=id,name&select=name&order=id";
    expect((await json(path, send("POST", rows))).body).toEqual([{ name: null }, { name: "x" }]);
  });
});

describe("addresses and methods", () => {
  test("a percent sign that begins no escape names no table", async () => {
    expect(await json("things%")).toMatchObject({ status: 404, body: { code: "PGRST205" } });
  });

  test("an unknown method is 405", async () => {
    expect(await json("things", { method: "PROPFIND" })).toMatchObject({
      status: 405,
      body: { code: "PGRST117" },
    });
  });

  test("an embed through a third table is refused, and not empty", async () => {
    expect((await json("things?select=id,people(id)")).status).toBe(501);
    expect((await json("things?select=id,owners(person_id)&id=eq.1")).body).toEqual([
      { id: 1, owners: [] },
    ]);
  });
});

describe("transactions", () => {
  test("a stable function does not write, and nothing writes on GET", async () => {
    const asked = await json("rpc/writes_although_stable", send("POST", {}));
    expect(asked).toMatchObject({ status: 405, body: { code: "25006" } });
    expect((await json("rpc/writes")).status).toBe(405);
    expect(await scratch.query("select from public.people")).toEqual([]);
  });

  test("a function's own timeout holds for the call", async () => {
    expect(await json("rpc/slow", send("POST", {}))).toMatchObject({
      status: 500,
      body: { code: "57014" },
    });
  });

  test("one that Postgres gave up runs again, and nobody hears of it", async () => {
    expect(await json("rpc/conflicts", send("POST", {}))).toEqual({ status: 200, body: 4 });
  });

  test("a function knows what was asked", async () => {
    expect((await json("rpc/method", send("POST", {}))).body).toBe("POST /rpc/method");
  });

  test("an upsert needs UPDATE on every column that is sent, the key among them", async () => {
    const prefer = "resolution=merge-duplicates,return=minimal";
    const upsert = send("POST", { id: 1, name: "new" }, prefer);
    const { status } = await json("things?on_conflict=id", upsert, keys.publishable_key);
    expect(status).toBe(401);
    expect((await json("things?on_conflict=id", upsert)).status).toBeLessThan(300);
  });
});

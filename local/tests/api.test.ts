import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { testStack } from "../../supabase/tests/support/resources.ts";
import { makeScratch, type ScratchDatabase } from "./scratch.ts";
import { keys, type ScratchApi, startScratchApi } from "./scratch-api.ts";

let scratch: ScratchDatabase;
let api: ScratchApi;

beforeAll(async () => {
  scratch = await makeScratch(testStack().db_url);
  await scratch.query(`
    create table public.things (
      id integer primary key, amount numeric(12,6) check (amount >= 0), data jsonb, made_at timestamptz,
      secret text not null default 'kept');
    alter table public.things enable row level security;
    create policy "everybody sees" on public.things for select to anon using (true);
    create policy "everybody edits" on public.things for update to anon using (true);
    grant select, update (amount) on public.things to anon;
    grant all on public.things to service_role;
    insert into public.things (id, amount) values (1, 1);
    create function public.refuse(p_code text, p_message text, p_hint text default '', p_detail text default '')
      returns void language plpgsql as $$
      begin raise exception using errcode = p_code, message = p_message, hint = p_hint, detail = p_detail; end $$;
    create function public.kind_of(p_value jsonb) returns text language sql as $$ select jsonb_typeof(p_value) $$;
    create function public.timeout() returns text language sql as $$ select current_setting('statement_timeout') $$;
    create function public.claims() returns jsonb language sql as $$ select current_setting('request.jwt.claims')::jsonb $$;`);
  api = await startScratchApi(scratch);
});

afterAll(async () => {
  await api.close();
  await scratch.drop();
});

const Refusal = z.object({
  code: z.string(),
  message: z.string(),
  details: z.string().nullable(),
  hint: z.string().nullable(),
});

const ask: ScratchApi["ask"] = (...request) => api.ask(...request);
const refuse = (args: Record<string, string>) =>
  ask("rpc/refuse", { method: "POST", body: JSON.stringify(args) });

describe("errors are PostgREST's", () => {
  test.each([
    ["PT402", 402],
    ["PT409", 409],
    ["23514", 400],
    ["23505", 409],
    ["23503", 409],
    ["P0001", 400],
    ["55P03", 500],
    ["57014", 500],
    ["53300", 503],
    ["23P01", 400],
    ["22P05", 400],
    ["42883", 404],
    ["42501", 403],
    ["28000", 403],
  ])("%s is %i with its code, message, details and hint", async (code, status) => {
    const response = await refuse({
      p_code: code,
      p_message: "said so",
      p_hint: "a_code",
      p_detail: '{"limit":1}',
    });
    expect(response.status).toBe(status);
    expect(Refusal.parse(await response.json())).toEqual({
      code,
      message: "said so",
      details: '{"limit":1}',
      hint: "a_code",
    });
  });

  test("PGRST sets status, headers and body", async () => {
    const body = { code: "PT429", message: "later", hint: "rate_limited", details: null };
    const response = await refuse({
      p_code: "PGRST",
      p_message: JSON.stringify(body),
      p_detail: '{"status":429,"headers":{"Retry-After":"30"}}',
    });
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("30");
    expect(await response.json()).toEqual(body);
  });

  test("a forbidden table is 401 for anon", async () => {
    const response = await ask("things", { method: "DELETE" }, keys.publishable_key);
    expect(response.status).toBe(401);
    expect(Refusal.parse(await response.json()).code).toBe("42501");
  });

  test("a violated check of a table is 400 and 23514", async () => {
    const response = await ask("things?id=eq.1", {
      method: "PATCH",
      body: JSON.stringify({ amount: -1 }),
    });
    expect(response.status).toBe(400);
    expect(Refusal.parse(await response.json()).code).toBe("23514");
  });
});

describe("privileges", () => {
  test("a column that a client may not write stays so after a thousand requests", async () => {
    for (let round = 0; round < 20; round++) {
      await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          ask("things?select=id", {}, index % 2 === 0 ? keys.publishable_key : keys.secret_key),
        ),
      );
    }
    const allowed = await ask(
      "things?id=eq.1",
      { method: "PATCH", body: JSON.stringify({ amount: 2 }) },
      keys.publishable_key,
    );
    expect(allowed.status).toBe(204);
    const refused = await ask(
      "things?id=eq.1",
      { method: "PATCH", body: JSON.stringify({ secret: "stolen" }) },
      keys.publishable_key,
    );
    expect(refused.status).toBe(401);
    const rows = await scratch.query(
      `select secret, has_column_privilege('anon', 'public.things', 'secret', 'update') as may_update,
         has_table_privilege('anon', 'public.things', 'insert, delete, truncate') as may_more
       from public.things`,
    );
    expect(rows).toEqual([{ secret: "kept", may_update: false, may_more: false }]);
  });

  test("each role has its own statement timeout", async () => {
    const timeout = async (key: string) => (await ask("rpc/timeout", {}, key)).json();
    expect(await timeout(keys.publishable_key)).toBe("3s");
    expect(await timeout(keys.secret_key)).toBe("8s");
  });

  test("a key alone makes the claims of its role", async () => {
    const response = await ask("rpc/claims", {}, keys.publishable_key);
    expect(await response.json()).toEqual({ role: "anon" });
  });
});

describe("values", () => {
  test.each([
    [{ a: { b: [1] } }, "object"],
    [[1, 2], "array"],
    ["text", "string"],
    ['{"looks":"like an object"}', "string"],
    [true, "boolean"],
    [3, "number"],
  ])("a JSON argument %j reaches the function as %s", async (value, kind) => {
    const body = JSON.stringify({ p_value: value });
    const response = await ask("rpc/kind_of", { method: "POST", body });
    expect(await response.json()).toBe(kind);
  });

  test.each([[{ a: 1 }], [["x"]], ["text"], ['{"looks":"like an object"}'], [false], [4]])(
    "a JSON column keeps %j",
    async (data) => {
      const response = await ask("things?on_conflict=id&select=data", {
        method: "POST",
        headers: { prefer: "resolution=merge-duplicates,return=representation" },
        body: JSON.stringify({ id: 2, data }),
      });
      expect(await response.json()).toEqual([{ data }]);
    },
  );

  test("times are ISO 8601 and numerics are numbers", async () => {
    const response = await ask("things?select=amount,made_at", {
      method: "POST",
      headers: { prefer: "return=representation" },
      body: JSON.stringify({ id: 3, amount: 0.12, made_at: "2026-01-31T10:00:00Z" }),
    });
    expect(await response.json()).toEqual([{ amount: 0.12, made_at: "2026-01-31T10:00:00+00:00" }]);
  });
});

test("the schema is read again when asked", async () => {
  await scratch.query(
    "create table public.late (id integer); grant select on public.late to service_role",
  );
  expect((await ask("late")).status).toBe(404);
  await api.reloadSchema();
  expect((await ask("late")).status).toBe(200);
});

import { App } from "@supabase/lite";
import { createPostgresConnection } from "@supabase/lite/postgres";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { testStack } from "../../supabase/tests/support/resources.ts";
import { makeScratch, type ScratchDatabase } from "./scratch.ts";

/**
 * Shows why each workaround for the API library is needed, with the library as it is published. If a test fails here,
 * the library has mended the fault, and our own code for it can go.
 */
let scratch: ScratchDatabase;
let app: App;
let close: () => Promise<void>;
let silence: ReturnType<typeof vi.spyOn>;

beforeAll(async () => {
  silence = vi.spyOn(console, "error").mockImplementation(() => {});
  scratch = await makeScratch(testStack().db_url);
  await scratch.query(`
    create table public.things (id integer primary key, amount numeric(12,6) check (amount >= 0), made_at timestamptz);
    alter table public.things enable row level security;
    create function public.kind_of(p_value jsonb) returns text language sql as $$ select jsonb_typeof(p_value) $$;
    insert into public.things values (1, 0.12, '2026-01-31T10:00:00Z');`);
  const connection = createPostgresConnection({ url: scratch.url("postgres") });
  app = new App({
    connection,
    api: { enabled: true, schemas: ["public"] },
    auth: {
      enabled: true,
      jwt_secret: "a secret of this test that is long enough",
      publishable_key: "sb_publishable_test",
      secret_key: "sb_secret_test",
    },
  });
  close = () => connection.driver.end({ timeout: 2 });
  await app.init();
  await scratch.query(connection.config.baseSchema ?? "");
});

afterAll(async () => {
  await close();
  await scratch.drop();
  silence.mockRestore();
});

function ask(path: string, init: RequestInit = {}) {
  const headers = { apikey: "sb_secret_test", "content-type": "application/json" };
  return app.fetch(new Request(`http://stack${path}`, { ...init, headers }));
}

test("it grants everything to everybody (api/connection.ts: ensureRlsContext)", async () => {
  const may = async () =>
    (
      await scratch.query<{ may: boolean }>(
        "select has_table_privilege('anon', 'public.things', 'delete') as may",
      )
    )[0]?.may;
  expect(await may()).toBe(false);
  await ask("/rest/v1/things");
  expect(await may()).toBe(true);
});

test("it does not know 23514 (api/errors.ts)", async () => {
  const response = await ask("/rest/v1/things", { method: "POST", body: '{"id":2,"amount":-1}' });
  expect(response.status).toBe(500);
});

test("it encodes JSON arguments twice (api/json-arguments.ts)", async () => {
  const response = await ask("/rest/v1/rpc/kind_of", { method: "POST", body: '{"p_value":{}}' });
  expect(await response.json()).toBe("string");
});

test("it writes numerics and times as Postgres' text (api/answer-types.ts)", async () => {
  const response = await ask("/rest/v1/things?select=amount,made_at");
  expect(await response.json()).toEqual([
    { amount: "0.120000", made_at: "2026-01-31 10:00:00+00" },
  ]);
});

test("it breaks on malformed requests (api/malformed.ts)", async () => {
  const nested = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
  expect((await ask("/rest/v1/things%")).status).toBe(500);
  const body = `{"p_value":${nested}}`;
  expect((await ask("/rest/v1/rpc/kind_of", { method: "POST", body })).status).toBe(500);
});

test("its tokens have no key id (gateway/tokens.ts)", async () => {
  const response = await ask("/auth/v1/signup", {
    method: "POST",
    body: '{"email":"somebody@example.com","password":"long enough"}',
  });
  const { access_token } = z.object({ access_token: z.string() }).parse(await response.json());
  const header: unknown = JSON.parse(
    Buffer.from(access_token.split(".")[0] ?? "", "base64url").toString(),
  );
  expect(header).not.toHaveProperty("kid");
});

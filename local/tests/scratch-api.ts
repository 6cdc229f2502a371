import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApi } from "../api/api.ts";
import type { Keys } from "../keys.ts";
import { openLog } from "../logs.ts";
import type { ScratchDatabase } from "./scratch.ts";

export const keys: Keys = {
  jwt_secret: "a secret of this test that is long enough",
  jwt_key_id: "test",
  publishable_key: "sb_publishable_test",
  secret_key: "sb_secret_test",
  database_password: "the stack knows it",
  secrets: { zoom: "not used in this test", vapi: "not used in this test" },
};

/** The API on a scratch database, without a gateway. */
export interface ScratchApi {
  /** A request below `/rest/v1`, with the secret key unless another one is given. */
  ask(path: string, init?: RequestInit, key?: string): Promise<Response>;
  reloadSchema(): Promise<void>;
  close(): Promise<void>;
}

/** Starts it; the schema is read as it is by then. */
export async function startScratchApi(scratch: ScratchDatabase): Promise<ScratchApi> {
  const log = openLog(join(tmpdir(), "switchboard-api-test.log"));
  const config = {
    api: { schemas: ["public"], max_rows: 1000 },
    auth: { jwt_expiry: 3600, enable_signup: true, minimum_password_length: 6 },
    functions: {},
  };
  // These tests send no mail.
  const mail = () => ({
    apiKey: "re_none",
    from: "nobody@scratch.test",
    endpoint: "http://127.0.0.1:9",
  });
  const databaseUrl = scratch.url;
  const api = await createApi({ keys, config, databaseUrl, publicUrl: () => "", mail, log });
  return {
    ask: (path, init = {}, key = keys.secret_key) => {
      const headers = { apikey: key, "content-type": "application/json", ...init.headers };
      return api.handle(new Request(`http://stack/rest/v1/${path}`, { ...init, headers }));
    },
    reloadSchema: api.reloadSchema,
    close: async () => {
      await api.close();
      log.close();
    },
  };
}

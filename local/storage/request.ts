import type { Context } from "hono";
import type { z } from "zod";
import type { ByteStore } from "./bytes.ts";
import type { StorageCaller } from "./contract.ts";
import type { Act, Database } from "./database.ts";
import { StorageError } from "./errors.ts";
import type { UrlSigner } from "./url-signing.ts";

/** What every operation works with. */
export interface Deps {
  database: Database;
  bytes: ByteStore;
  signer: UrlSigner;
}

/** Hono's environment: the caller travels with the request. */
export interface Env {
  Bindings: { caller: StorageCaller };
}

export type Ctx = Context<Env>;

/** The request as a transaction knows it; `operation` is what policies read as `storage.operation`. */
export function act(c: Ctx, operation: string, caller: StorageCaller = c.env.caller): Act {
  return { caller, operation, method: c.req.method, path: c.req.path };
}

/** Past row-level security, for requests that a signed token or a public bucket already allowed. */
export const service: StorageCaller = { role: "service_role", claims: {} };

/** The owner that an upload by this caller gets: the user's id, none for a key. */
export function ownerOf(caller: StorageCaller): string | null {
  const { sub } = caller.claims;
  return typeof sub === "string" && sub !== "" ? sub : null;
}

/** A path parameter. Routes name their parameters, so a missing one is a slip of ours. */
export function param(c: Ctx, name: "bucket" | "key"): string {
  const value = c.req.param(name);
  if (value === undefined) throw new StorageError("InternalError");
  return value;
}

/** The JSON body by its schema; anything else is InvalidRequest. */
export async function body<T>(c: Ctx, schema: z.ZodType<T>): Promise<T> {
  const json: unknown = await c.req.json().catch((cause: unknown) => {
    throw new StorageError("InvalidRequest", "body must be JSON", { cause });
  });
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new StorageError(
    "InvalidRequest",
    `body/${issue?.path.join("/") ?? ""} ${issue?.message ?? "is invalid"}`,
  );
}

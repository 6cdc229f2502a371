import { readdir } from "node:fs/promises";
import type { z } from "zod";
import type { Address, Described } from "../../shared/http/route.ts";

/** A route as the contract needs it, whoever calls. */
export interface DeclaredRoute extends Described {
  readonly address: Address;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly media?: string;
  readonly isIdempotent?: boolean;
  /** How a provider signs, for its webhook. */
  readonly signature?: Readonly<Record<string, string>>;
}

/** What an Edge Function exports. */
export interface DeclaredFunction {
  readonly caller: "user" | "secret" | "provider" | "anyone";
  readonly routes: readonly DeclaredRoute[];
}

const folder = new URL("../../supabase/functions/", import.meta.url);

/** A function does not start without these; nothing is sent there while the declarations are read. */
const platform = {
  SUPABASE_URL: "http://127.0.0.1",
  SUPABASE_PUBLISHABLE_KEYS: '{"default":"none"}',
  SUPABASE_SECRET_KEYS: '{"default":"none"}',
  SUPABASE_JWKS: '{"keys":[]}',
};

/** The declarations of all Edge Functions, by name. */
export async function declaredFunctions(): Promise<ReadonlyMap<string, DeclaredFunction>> {
  for (const [name, value] of Object.entries(platform)) process.env[name] ??= value;
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const functions = new Map<string, DeclaredFunction>();
  for (const name of names.sort()) {
    const module: { default: DeclaredFunction } = await import(
      new URL(`${name}/index.ts`, folder).href
    );
    for (const { address } of module.default.routes) {
      if (address.split("/")[1] !== name) throw new Error(`${name} serves ${address}`);
    }
    functions.set(name, module.default);
  }
  return functions;
}

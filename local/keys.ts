import { randomBytes } from "node:crypto";
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { systemCode } from "./errors.ts";

const Keys = z.object({
  /** Signs access tokens and signed URLs (HS256). */
  jwt_secret: z.string().min(32),
  /** Names the signing key in tokens and in the JWKS. */
  jwt_key_id: z.string().min(1),
  publishable_key: z.string().startsWith("sb_publishable_"),
  secret_key: z.string().startsWith("sb_secret_"),
  /** Of every login role of the embedded Postgres. */
  database_password: z.string().min(16),
  /** Sign local deliveries. */
  secrets: z.object({ zoom: z.string().min(16), vapi: z.string().min(16) }),
});

/** What one data folder signs and authenticates with. Generated, never published, never shared. */
export type Keys = z.infer<typeof Keys>;

const random = (bytes: number): string => randomBytes(bytes).toString("base64url");

/** The keys in that file; null when it is missing or is something else. */
export function findKeys(file: string): Keys | null {
  if (!existsSync(file)) return null;
  try {
    return Keys.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}

/** Writes keys (mode 0600), new ones unless they are given, in one step: nobody reads half of them, and two stacks at once get the same. */
export function makeKeys(file: string, given?: Keys): void {
  const keys: Keys = given ?? {
    jwt_secret: random(48),
    jwt_key_id: `local-${random(9)}`,
    publishable_key: `sb_publishable_${random(24)}`,
    secret_key: `sb_secret_${random(24)}`,
    database_password: random(24),
    secrets: { zoom: random(24), vapi: random(24) },
  };
  const own = `${file}.${process.pid}`;
  writeFileSync(own, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  try {
    linkSync(own, file);
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

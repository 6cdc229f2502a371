import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { timingSafeEqual } from "@std/crypto/timing-safe-equal";
import { EnvironmentError } from "../core/env.ts";
import { uuidOf } from "../core/uuid.ts";
import { tokenSecrets } from "./env.ts";

/** What a token is for: one for something else is worth nothing. */
export type TokenPurpose = "unsubscribe" | "reply";

const ID_BYTES = 16;
const MAC_BYTES = 16;
/** 32 bytes to the base 32, in digits and lower case: a mail server may lower-case what stands before the @ of an address. */
const TOKEN = /^[0-9a-v]{1,52}$/;

const bytesOfId = (id: string): Buffer => Buffer.from(id.replaceAll("-", ""), "hex");

const mac = (secret: string, purpose: TokenPurpose, id: Uint8Array): Buffer =>
  createHmac("sha256", secret).update(`${purpose}:`).update(id).digest().subarray(0, MAC_BYTES);

/**
 * A token that names a message and cannot be made without the secret. Whether it still is worth something is the
 * database's to say, which knows the message's age and person.
 * @param id of the delivery
 */
export function signToken(purpose: TokenPurpose, id: string): string {
  const [secret] = tokenSecrets();
  if (secret === undefined) throw new EnvironmentError("MAIL_TOKEN_SECRETS");
  const bytes = bytesOfId(id);
  const whole = Buffer.concat([bytes, mac(secret, purpose, bytes)]);
  return BigInt(`0x${whole.toString("hex")}`).toString(32);
}

function bytesOf(token: string): Buffer {
  const value = [...token].reduce(
    (sum, digit) => sum * 32n + BigInt(Number.parseInt(digit, 32)),
    0n,
  );
  return Buffer.from(value.toString(16).padStart(2 * (ID_BYTES + MAC_BYTES), "0"), "hex");
}

/** The delivery that a token names; null for what nobody here signed for this purpose. */
export function verifyToken(purpose: TokenPurpose, token: string): string | null {
  const text = token.toLowerCase();
  if (!TOKEN.test(text)) return null;
  const bytes = bytesOf(text);
  if (bytes.length !== ID_BYTES + MAC_BYTES) return null;
  const id = bytes.subarray(0, ID_BYTES);
  const given = bytes.subarray(ID_BYTES);
  const isOurs = tokenSecrets().some((secret) => timingSafeEqual(mac(secret, purpose, id), given));
  if (!isOurs) return null;
  const parts = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(id.toString("hex"))?.slice(1) ?? [];
  return uuidOf(parts.join("-")) ?? null;
}

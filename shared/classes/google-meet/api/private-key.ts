import { Buffer } from "node:buffer";
import { type CryptoKey, importPKCS8 } from "jose";
import { notAServiceAccountKey } from "../env.ts";

const PEM = /-----BEGIN (?:RSA )?PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/;

/** The key in a text: between its marks, whatever stands around them, with line breaks of any spelling. */
const inside = (text: string): string | undefined =>
  PEM.exec(text.replace(/\\+[rn]/g, "\n"))?.[1]?.replace(/\s/g, "");

/**
 * The private key of a service account as people paste it: the PEM with line breaks or with `\n`, in quotes, as the
 * JSON of Google's key file, and any of these in base64.
 * @throws EnvironmentError naming the variable when it is none
 */
export async function readPrivateKey(text: string): Promise<CryptoKey> {
  const key = inside(text) ?? inside(Buffer.from(text, "base64").toString("utf8"));
  if (key === undefined) throw notAServiceAccountKey();
  try {
    return await importPKCS8(
      `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----`,
      "RS256",
    );
  } catch {
    throw notAServiceAccountKey();
  }
}

import { exportPKCS8, generateKeyPair } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { EnvironmentError } from "../../../core/env.ts";
import { readPrivateKey } from "./private-key.ts";

let pem: string;
beforeAll(async () => {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  pem = await exportPKCS8(privateKey);
});

const escaped = (text: string) => text.replaceAll("\n", "\\n");
const base64 = (text: string) => Buffer.from(text).toString("base64");
const json = (text: string) =>
  JSON.stringify({ type: "service_account", private_key: text, client_email: "a@b.example" });

describe("the key of a service account", () => {
  it.each<[string, (text: string) => string]>([
    ["as it is", (text) => text],
    ["with \\n for line breaks", escaped],
    ["with \\\\n for line breaks", (text) => escaped(text).replaceAll("\\", "\\\\")],
    ["in quotes", (text) => `"${escaped(text)}"`],
    ["in single quotes", (text) => `'${text}'`],
    ["with Windows' line breaks", (text) => text.replaceAll("\n", "\r\n")],
    ["with spaces for line breaks", (text) => text.replaceAll("\n", " ")],
    ["as Google's file", json],
    ["in base64", base64],
    ["as Google's file in base64", (text) => base64(json(text))],
  ])("is read %s", async (_, write) => {
    const key = await readPrivateKey(write(pem));
    expect(key.type).toBe("private");
  });

  it.each<[string, (text: string) => string]>([
    ["a half of it", (text) => text.slice(0, 400)],
    ["another key of Google's", () => "AIzaSyA-not-a-private-key"],
    ["damaged", (text) => text.replace(/MII[^\n]{40}/, "MIIx")],
    ["base64 of something else", () => base64("something else")],
  ])("is refused by the name of its variable, without its value: %s", async (_, write) => {
    const failure = await readPrivateKey(write(pem)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EnvironmentError);
    expect(failure).toMatchObject({ variable: "GOOGLE_SERVICE_ACCOUNT_KEY" });
    expect(String(failure)).not.toContain(write(pem).slice(0, 20));
  });
});

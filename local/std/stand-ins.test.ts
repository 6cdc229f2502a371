import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { timingSafeEqual } from "./crypto/timing-safe-equal.ts";
import { decodeHex, encodeHex } from "./encoding/hex.ts";

const root = new URL("../../", import.meta.url);

describe("encodeHex and decodeHex", () => {
  // RFC 4648, section 10: BASE16 test vectors.
  test.each([
    ["", ""],
    ["f", "66"],
    ["fo", "666f"],
    ["foo", "666f6f"],
    ["foob", "666f6f62"],
    ["fooba", "666f6f6261"],
    ["foobar", "666f6f626172"],
  ])("%j is %j", (text, hex) => {
    expect(encodeHex(text)).toBe(hex);
    expect(new TextDecoder().decode(decodeHex(hex))).toBe(text);
  });

  test("every byte survives, as bytes and as a buffer", () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    expect(encodeHex(bytes.buffer)).toBe(encodeHex(bytes));
    expect(encodeHex(bytes.subarray(250))).toBe("fafbfcfdfeff");
    expect(decodeHex(encodeHex(bytes))).toEqual(bytes);
  });

  test("upper case decodes, UTF-8 encodes", () => {
    expect(decodeHex("DEADbeef")).toEqual(Uint8Array.of(0xde, 0xad, 0xbe, 0xef));
    expect(encodeHex("é")).toBe("c3a9");
  });

  test("a stray character is a TypeError, half a byte a RangeError", () => {
    for (const stray of ["zz", "0x", "+1", " 1", "1\u0660", "zzz"]) {
      expect(() => decodeHex(stray), stray).toThrow(TypeError);
    }
    expect(() => decodeHex("abc")).toThrow(RangeError);
  });
});

describe("timingSafeEqual", () => {
  test("equal bytes are equal whatever holds them", () => {
    const padded = Uint8Array.of(9, 1, 2, 3);
    expect(timingSafeEqual(padded.subarray(1), Uint8Array.of(1, 2, 3).buffer)).toBe(true);
    expect(timingSafeEqual(new DataView(padded.buffer, 1), Uint8Array.of(1, 2, 3))).toBe(true);
    expect(timingSafeEqual(new Uint8Array(), new ArrayBuffer(0))).toBe(true);
  });

  test("another byte or another length is unequal, not an error", () => {
    expect(timingSafeEqual(Uint8Array.of(1, 2, 3), Uint8Array.of(1, 2, 4))).toBe(false);
    expect(timingSafeEqual(Uint8Array.of(1, 2, 3), Uint8Array.of(1, 2))).toBe(false);
  });
});

/** Prints, from Deno, either the answers of the pinned JSR modules or why they could not be had. */
const askTheRealModules = (hex: string, equal: string) => `
  const answer = async () => {
    const { encodeHex, decodeHex } = await import(${JSON.stringify(hex)});
    const { timingSafeEqual } = await import(${JSON.stringify(equal)});
    const kind = (text) => { try { return decodeHex(text).join() } catch (error) { return error.name } };
    const bytes = (text) => new TextEncoder().encode(text);
    return {
      encoded: ["", "foobar", "é"].map(encodeHex),
      decoded: ["", "DEADbeef", "zz", "zzz", "abc", "+1"].map(kind),
      equal: [["a", "a"], ["a", "b"], ["a", "ab"]].map(([a, b]) => timingSafeEqual(bytes(a), bytes(b))),
    };
  };
  const outcome = await answer().then((answers) => ({ answers }), (error) => ({ failure: error.code ?? error.name }));
  console.log(JSON.stringify(outcome));
`;

function ourAnswers(): unknown {
  const kind = (text: string) => {
    try {
      return decodeHex(text).join();
    } catch (error) {
      return error instanceof Error ? error.name : "no error";
    }
  };
  const bytes = (text: string) => new TextEncoder().encode(text);
  return {
    encoded: ["", "foobar", "é"].map((text) => encodeHex(text)),
    decoded: ["", "DEADbeef", "zz", "zzz", "abc", "+1"].map(kind),
    equal: [
      timingSafeEqual(bytes("a"), bytes("a")),
      timingSafeEqual(bytes("a"), bytes("b")),
      timingSafeEqual(bytes("a"), bytes("ab")),
    ],
  };
}

test("the stand-ins answer like the pinned JSR modules, or JSR cannot be reached from here", async () => {
  const { imports } = JSON.parse(readFileSync(new URL("deno.json", root), "utf8"));
  const script = askTheRealModules(
    imports["@std/encoding/hex"],
    imports["@std/crypto/timing-safe-equal"],
  );
  const deno = fileURLToPath(new URL("node_modules/.bin/deno", root));
  const { stdout } = await promisify(execFile)(deno, ["eval", "--no-config", script], {
    cwd: fileURLToPath(new URL("./", import.meta.url)),
    env: { ...process.env, NO_COLOR: "1" },
  });
  const outcome: { answers?: unknown; failure?: string } = JSON.parse(stdout);
  if (outcome.answers) {
    expect(outcome.answers).toEqual(ourAnswers());
  } else {
    // Only an unreachable registry excuses the comparison: a misspelt module or version does not.
    const reachable = await fetch("https://jsr.io/@std/encoding/meta.json", {
      signal: AbortSignal.timeout(10_000),
    }).then(
      (response) => response.ok,
      () => false,
    );
    expect({ failure: outcome.failure, reachable }).toEqual({
      failure: "ERR_MODULE_NOT_FOUND",
      reachable: false,
    });
  }
}, 60_000);

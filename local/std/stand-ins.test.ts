import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { timingSafeEqual } from "./crypto/timing-safe-equal.ts";

const root = new URL("../../", import.meta.url);

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

const pairs = [
  ["a", "a"],
  ["a", "b"],
  ["a", "ab"],
  ["", ""],
] as const;

/** Prints, from Deno, either the answers of the pinned JSR module or why it could not be had. */
const askTheRealModule = (module: string) => `
  const answer = async () => {
    const { timingSafeEqual } = await import(${JSON.stringify(module)});
    const bytes = (text) => new TextEncoder().encode(text);
    return ${JSON.stringify(pairs)}.map(([a, b]) => timingSafeEqual(bytes(a), bytes(b)));
  };
  const outcome = await answer().then((answers) => ({ answers }), (error) => ({ failure: error.code ?? error.name }));
  console.log(JSON.stringify(outcome));
`;

test("the stand-in answers like the pinned JSR module, or JSR cannot be reached from here", async () => {
  const { imports } = JSON.parse(readFileSync(new URL("deno.json", root), "utf8"));
  const script = askTheRealModule(imports["@std/crypto/timing-safe-equal"]);
  const deno = fileURLToPath(new URL("node_modules/.bin/deno", root));
  const { stdout } = await promisify(execFile)(deno, ["eval", "--no-config", script], {
    cwd: fileURLToPath(new URL("./", import.meta.url)),
    env: { ...process.env, NO_COLOR: "1" },
  });
  const outcome: { answers?: unknown; failure?: string } = JSON.parse(stdout);
  if (outcome.answers) {
    const bytes = (text: string) => new TextEncoder().encode(text);
    expect(outcome.answers).toEqual(pairs.map(([a, b]) => timingSafeEqual(bytes(a), bytes(b))));
  } else {
    // Only an unreachable registry excuses the comparison: a misspelt module or version does not.
    const reachable = await fetch("https://jsr.io/@std/crypto/meta.json", {
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

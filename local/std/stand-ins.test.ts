import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { timingSafeEqual } from "./crypto/timing-safe-equal.ts";
import { vectors } from "./vectors.ts";

const root = new URL("../../", import.meta.url);
const names = Object.keys(vectors);

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

/** What a stand-in answers to the vectors, as JSON has it. */
async function answersOf(name: string): Promise<unknown> {
  const module = await import(`./${name.replace(/^@std\//, "")}.ts`);
  return JSON.parse(JSON.stringify(await vectors[name]?.(module)));
}

test("every stand-in answers its vectors as written down", async () => {
  const answers = await Promise.all(names.map(answersOf));
  expect(Object.fromEntries(names.map((name, place) => [name, answers[place]]))).toMatchSnapshot();
});

/** Prints, from Deno, either the answers of a pinned JSR module or why it could not be had. */
const askTheRealModule = (name: string, module: string) => `
  import { vectors } from ${JSON.stringify(new URL("./vectors.ts", import.meta.url).href)};
  const answer = async () => vectors[${JSON.stringify(name)}](await import(${JSON.stringify(module)}));
  const outcome = await answer().then((answers) => ({ answers }), (error) => ({ failure: error.code ?? error.name }));
  console.log(JSON.stringify(outcome));
`;

test.each(names)(
  "the stand-in of %s answers like the pinned JSR module, or JSR cannot be reached from here",
  async (name) => {
    const { imports } = JSON.parse(readFileSync(new URL("deno.json", root), "utf8"));
    const deno = fileURLToPath(new URL("node_modules/.bin/deno", root));
    const { stdout } = await promisify(execFile)(
      deno,
      ["eval", "--no-config", askTheRealModule(name, imports[name])],
      {
        cwd: fileURLToPath(new URL("./", import.meta.url)),
        env: { ...process.env, NO_COLOR: "1" },
      },
    );
    const outcome: { answers?: unknown; failure?: string } = JSON.parse(stdout);
    if (outcome.answers) {
      expect(outcome.answers).toEqual(await answersOf(name));
      return;
    }
    // Only an unreachable registry excuses the comparison: a misspelt module or version does not.
    const [scope = "", packageName = ""] = name.split("/");
    const reachable = await fetch(`https://jsr.io/${scope}/${packageName}/meta.json`, {
      signal: AbortSignal.timeout(10_000),
    }).then(
      (response) => response.ok,
      () => false,
    );
    expect({ failure: outcome.failure, reachable }).toEqual({
      failure: "ERR_MODULE_NOT_FOUND",
      reachable: false,
    });
  },
  60_000,
);

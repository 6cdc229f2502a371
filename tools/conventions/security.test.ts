import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { projectRoot } from "../../local/project.ts";

const textOf = (path: string) => readFileSync(join(projectRoot, path), "utf8");

/** A line of a table of threats in `docs/security.md`. */
interface Line {
  threat: string;
  control: string;
  test: string;
  asvs: string;
}

const HEADER = "| threat | control | test that fails without it | ASVS |";

/** Every line of every table of threats. */
function linesOf(page: string): Line[] {
  return page
    .split(HEADER)
    .slice(1)
    .flatMap((part) => {
      const rows = part.trimStart().split("\n").slice(1);
      const end = rows.findIndex((row) => !row.startsWith("|"));
      return rows.slice(0, end === -1 ? rows.length : end);
    })
    .map((row) => {
      const [threat = "", control = "", test = "", asvs = "", ...more] = row
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim());
      if (more.length > 0 || asvs === "") throw new Error(`a line of another form: ${row}`);
      return { threat, control, test, asvs };
    });
}

/** The files that a cell links to, each with the words that are quoted behind it. */
function citations(cell: string): { file: string; words: string[] }[] {
  return [...cell.matchAll(/\]\(\.\.\/([^)]+)\)((?:[^[]|\[(?![^\]]*\]\())*)/g)].map(
    ([, file = "", behind = ""]) => ({
      file,
      words: [...behind.matchAll(/"([^"]+)"/g)].map(([, words = ""]) => words),
    }),
  );
}

/** What keeps a line from being held by its tests. */
function problemsOf({ threat, control, test, asvs }: Line): string[] {
  const tests = citations(test);
  const problems = tests.flatMap(({ file, words }) => {
    if (!/\.test\.(ts|sql)$/.test(file) && file !== ".ci/run") return [`${file} is no test`];
    if (!existsSync(join(projectRoot, file))) return [`${file} is not there`];
    if (words.length === 0) return [`${file} is named without a test in it`];
    const text = textOf(file);
    return words
      .filter((each) => !text.includes(each))
      .map((each) => `${file} has no test "${each}"`);
  });
  if (tests.length === 0) problems.push("names no test");
  if (control === "") problems.push("names no control");
  if (!/^V\d{1,2}\.\d{1,2}\.\d{1,2}(, V\d{1,2}\.\d{1,2}\.\d{1,2})*$/.test(asvs)) {
    problems.push(`"${asvs}" are no requirements of ASVS`);
  }
  return problems.map((problem) => `${threat}: ${problem}`);
}

describe("docs/security.md", () => {
  const lines = linesOf(textOf("docs/security.md"));

  it("names for every threat a control and tests that are there", () => {
    expect(lines.length).toBeGreaterThan(80);
    expect(lines.flatMap(problemsOf)).toEqual([]);
  });

  it.each([
    ["a test that is not there", '[x](../shared/http/none.test.ts) "a"', "is not there"],
    ["what is no test", '[x](../shared/http/csv.ts) "a"', "is no test"],
    [
      "a test under another name",
      '[x](../shared/http/csv.test.ts) "no such words"',
      'has no test "no such words"',
    ],
    ["a file alone", "[x](../shared/http/csv.test.ts)", "without a test in it"],
    ["nothing", "nothing", "names no test"],
  ])("is found to name %s", (_, test, problem) => {
    const found = problemsOf({ threat: "t", control: "c", test, asvs: "V1.2.10" });
    expect(found).toEqual([expect.stringContaining(problem)]);
  });
});

const Config = z.object({
  api: z.object({ schemas: z.array(z.string()), max_rows: z.int() }),
  auth: z.object({
    enable_anonymous_sign_ins: z.boolean(),
    enable_manual_linking: z.boolean(),
    enable_refresh_token_rotation: z.boolean(),
    jwt_expiry: z.int(),
    minimum_password_length: z.int(),
    email: z.object({
      enable_confirmations: z.boolean(),
      double_confirm_changes: z.boolean(),
      secure_password_change: z.boolean(),
    }),
    sms: z.object({ enable_signup: z.boolean() }),
    rate_limit: z.record(z.string(), z.int().positive()),
  }),
});

it("supabase/config.toml declares what docs/security.md tells of the API and of Auth", () => {
  const { api, auth } = Config.parse(parse(textOf("supabase/config.toml")));
  expect(api).toEqual({ schemas: ["public"], max_rows: 1000 });
  expect(auth).toMatchObject({
    enable_anonymous_sign_ins: false,
    enable_manual_linking: false,
    enable_refresh_token_rotation: true,
    jwt_expiry: 3600,
    email: {
      enable_confirmations: true,
      double_confirm_changes: true,
      secure_password_change: true,
    },
    sms: { enable_signup: false },
  });
  expect(auth.minimum_password_length).toBeGreaterThanOrEqual(10);
  expect(Object.keys(auth.rate_limit).sort()).toEqual([
    "email_sent",
    "sign_in_sign_ups",
    "token_refresh",
    "token_verifications",
  ]);
});

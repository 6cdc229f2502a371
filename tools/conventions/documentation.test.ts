import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../../local/project.ts";
import { meetingSecrets } from "../../shared/classes/providers.ts";
import { mailSecrets } from "../../shared/mail/env.ts";
import { vapiSecrets } from "../../shared/voice/vapi/env.ts";
import { sourceFiles } from "./source-files.ts";

const folders = ["", "docs", "docs/api", "docs/decisions", "packages/audit"];
const pages = folders.flatMap((folder) =>
  readdirSync(join(projectRoot, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name)),
);
const textOf = (page: string) => readFileSync(join(projectRoot, page), "utf8");
const matches = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].flatMap(([, found]) => found ?? []);

/** The name that a heading has in a link. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}_ -]/gu, "")
    .replaceAll(" ", "-");

const anchorsOf = (page: string) => matches(textOf(page), /^#+ (.+)$/gm).map(anchor);

it.each(pages)("every link of %s leads somewhere", (page) => {
  const links = matches(textOf(page), /\]\((?!\w+:)([^)\s]+)\)/g);
  const broken = links.filter((link) => {
    const [path = "", heading] = link.split("#");
    const target = path === "" ? page : join(dirname(page), path);
    if (!existsSync(join(projectRoot, target))) return true;
    return heading !== undefined && !anchorsOf(target).includes(heading);
  });
  expect(broken).toEqual([]);
});

/** The scripts of the project by the name of a workspace; its own under the empty one. */
const scripts = new Map(
  ["", ...readdirSync(join(projectRoot, "packages")).map((name) => `packages/${name}`)].map(
    (folder): [string, Record<string, string>] => {
      const manifest: { name: string; scripts?: Record<string, string> } = JSON.parse(
        textOf(join(folder, "package.json")),
      );
      return [folder === "" ? "" : manifest.name, manifest.scripts ?? {}];
    },
  ),
);

it.each(pages)("every npm script that %s names exists", (page) => {
  const named = [...textOf(page).matchAll(/\bnpm run ([\w:-]+)(?: -w ([\w-]+))?/g)];
  const missing = named.filter(
    ([, script = "", workspace = ""]) => !(script in (scripts.get(workspace) ?? {})),
  );
  expect(missing.map(([command]) => command)).toEqual([]);
});

it.each(pages)("every file of the project that %s names exists", (page) => {
  const parts = "supabase|shared|local|packages|console|tools|docs|\\.ci";
  const named = matches(textOf(page), new RegExp(`\`((?:${parts})/[\\w./-]+)\``, "g"));
  expect(named.filter((path) => !existsSync(join(projectRoot, path)))).toEqual([]);
});

it("every variable that a function reads is explained somewhere", () => {
  const sources = sourceFiles().filter(({ path }) => /^shared\/(.+\/)?env\.ts$/.test(path));
  expect(sources.length).toBeGreaterThan(3);
  const read = new Set(
    sources.flatMap(({ lines }) => matches(lines.join("\n"), /"([A-Z]+_[A-Z_]+)"/g)),
  );
  const texts = ["README.md", ...pages.filter((page) => page.startsWith("docs"))].map(textOf);
  const unexplained = [...read].filter(
    (name) => !name.startsWith("SUPABASE_") && !texts.some((text) => text.includes(`\`${name}\``)),
  );
  expect(unexplained).toEqual([]);
});

it("what a function reads without a default is among the secrets that verify asks for", () => {
  const lists = new Set<string>([...meetingSecrets, ...vapiSecrets, ...mailSecrets]);
  const read = sourceFiles()
    .filter(({ path }) => /^shared\/(.+\/)?env\.ts$/.test(path))
    .flatMap(({ lines }) => [
      ...matches(lines.join("\n"), /\b(?:required|list)\("([A-Z_]+)"\)/g),
      ...matches(lines.join("\n"), /\bread\("([A-Z_]+)"\)(?!\s*(?:\?\?|\)))/g),
    ])
    .filter((name) => !name.startsWith("SUPABASE_"));
  expect([...new Set(read)].sort()).toEqual([...lists].sort());
});

it("every example in JavaScript is marked to be run, and a test runs its page", () => {
  const examples = pages.flatMap((page) =>
    matches(textOf(page), /^```((?:js|ts|javascript|typescript)\b.*)$/gm).map((mark) => ({
      page,
      mark,
    })),
  );
  // The README's first request is run by a test of the embedded stack.
  const unmarked = examples.filter(({ page, mark }) => page !== "README.md" && mark !== "ts run");
  expect(unmarked).toEqual([]);
  const tests = readdirSync(join(projectRoot, "supabase/tests/project"))
    .map((name) => textOf(`supabase/tests/project/${name}`))
    .join("\n");
  const marked = new Set(examples.map(({ page }) => page).filter((page) => page !== "README.md"));
  expect(marked.size).toBeGreaterThan(5);
  const isRun = (page: string) =>
    new RegExp(`run(?:Examples|Programs)\\(\\s*"[./]*${basename(page)}"`).test(tests);
  expect([...marked].filter((page) => !isRun(page))).toEqual([]);
});

it("the first request of the README signs in somebody of the seed", () => {
  const [email = ""] = matches(textOf("README.md"), /email: "(\w+)@example\.com"/g);
  const [password = ""] = matches(textOf("README.md"), /password: "([^"]+)"/g);
  const seed = textOf("supabase/seed/010_accounts.sql");
  expect(seed).toContain(`crypt('${password}'`);
  expect(seed).toMatch(new RegExp(`'${email}'`, "i"));
});

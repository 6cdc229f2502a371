import { expect, test } from "vitest";
import { projectRoot } from "../../local/project.ts";
import { type SchemaFile, schemaFiles } from "../../local/schema-files.ts";
import { type Domain, domains, exceptions, offered } from "./seams.ts";

// The schema files and not the catalog are read: `pg_depend` knows nothing of what a function's body names. A test in
// tools/migration checks that both make the same database.

const files = schemaFiles(projectRoot);

/** A use by one domain of what another one makes. */
interface Use {
  from: Domain;
  to: Domain;
  name: string;
}

const domainOf = (path: string): Domain => {
  const domain = domains.find((each) => path.startsWith(`schemas/${each}/`));
  if (domain === undefined) throw new Error(`${path} belongs to no domain.`);
  return domain;
};

function homes(all: readonly SchemaFile[]): Map<string, Domain> {
  const making = /^create (?:table|view|function|type|domain) ((?:public|private)\.\w+)/gm;
  return new Map(
    all.flatMap(({ path, sql }) =>
      [...sql.matchAll(making)].map(([, name = ""]): [string, Domain] => [name, domainOf(path)]),
    ),
  );
}

/** Comments may name what they like; names in strings count, because dynamic SQL and registrations are strings. */
const withoutComments = (sql: string): string =>
  sql.replaceAll(/--.*$/gm, "").replaceAll(/^comment on [\s\S]*?;\n/gm, "");

function usesOf(all: readonly SchemaFile[]): Use[] {
  const home = homes(all);
  const found = all.flatMap(({ path, sql }) => {
    const from = domainOf(path);
    return [...withoutComments(sql).matchAll(/\b(?:public|private)\.\w+/g)].flatMap(([name]) => {
      const to = home.get(name);
      return to === undefined || to === from ? [] : [`${from} ${to} ${name}`];
    });
  });
  return [...new Set(found)].sort().map((line) => {
    const [from, to, name] = line.split(" ");
    return { from, to, name } as Use;
  });
}

const isSeam = ({ from, to, name }: Use): boolean =>
  (domains.indexOf(to) < domains.indexOf(from) && offered[to]?.includes(name) === true) ||
  exceptions.some((each) => each.from === from && each.to === to && each.name === name);

const strangeUses = (all: readonly SchemaFile[]): Use[] =>
  usesOf(all).filter((use) => !isSeam(use));

test("a domain uses another one through the seams of seams.ts only", () => {
  expect(homes(files).size).toBeGreaterThan(300);
  expect(strangeUses(files)).toEqual([]);
});

test("every seam is used", () => {
  const uses = usesOf(files);
  const unused = domains.flatMap((to) =>
    (offered[to] ?? []).filter((name) => !uses.some((use) => use.to === to && use.name === name)),
  );
  const unusedExceptions = exceptions.filter(
    (seam) =>
      !uses.some(
        ({ from, to, name }) => from === seam.from && to === seam.to && name === seam.name,
      ),
  );
  expect([...unused, ...unusedExceptions]).toEqual([]);
});

test("a use beside the seams is named, in a body as in dynamic SQL", () => {
  const sql = `create function private.peep() returns void language plpgsql as $$ begin
    -- public.assistants is named in a comment
    perform from public.call_logs;
    execute 'select private.apply_call_report()';
  end; $$;\n`;
  expect(strangeUses([...files, { path: "schemas/classes/peep.sql", sql }])).toEqual([
    { from: "classes", to: "voice", name: "private.apply_call_report" },
    { from: "classes", to: "voice", name: "public.call_logs" },
  ]);
});

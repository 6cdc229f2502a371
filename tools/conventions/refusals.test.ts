import { beforeAll, expect, it } from "vitest";
import { type DeclaredFunction, declaredFunctions } from "../contract/functions.ts";
import { refusalsOfRoutes } from "../contract/refusals.ts";
import { rpcs } from "../contract/schemas.ts";
import { sourceFiles } from "./source-files.ts";

/** What each file of the tests says. The path of an endpoint's tests names it. */
const tests = sourceFiles()
  .filter(({ path }) => /\.test\.(sql|ts)$/.test(path))
  .map(({ path, lines }) => [path, ...lines].join("\n"));

const has = (text: string, word: string) => new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(text);

/** Whether one file of the tests names an operation and a code: it is there that the one refuses with the other. */
const isProved = (operation: string, code: string) =>
  tests.some((text) => has(text, operation) && has(text, code));

const unproved = (operation: string, codes: readonly string[]) =>
  codes.filter((code) => !isProved(operation, code)).map((code) => `${operation} ${code}`);

let functions: ReadonlyMap<string, DeclaredFunction>;
beforeAll(async () => {
  functions = await declaredFunctions();
});

it("each code that a function of the database declares is produced by a test", () => {
  const declared = [...rpcs].map(([name, { refuses = [] }]) => [name, refuses] as const);
  expect(declared.flatMap(([, codes]) => codes).length).toBeGreaterThan(150);
  expect(declared.flatMap(([name, codes]) => unproved(name, codes))).toEqual([]);
});

it("each code that an endpoint adds to those of its functions is produced by a test", () => {
  expect(
    [...functions].flatMap(([name, { routes }]) =>
      unproved(name, [...new Set(routes.flatMap(({ refuses = [] }) => refuses))]),
    ),
  ).toEqual([]);
});

// The wrapper of every endpoint refuses with these before the endpoint is asked; its tests stand for all of them.
it("each code that every endpoint has is produced by a test", () => {
  const general = new Set(
    [...functions.values()].flatMap(({ caller, routes }) => [
      ...refusalsOfRoutes(
        routes.map((route) => ({ ...route, rpcs: [], refuses: [] })),
        caller,
      ).values(),
    ]),
  );
  const codes = [...new Set([...general].flat())];
  expect(codes.length).toBeGreaterThan(10);
  expect(codes.filter((code) => !tests.some((text) => has(text, code)))).toEqual([]);
});

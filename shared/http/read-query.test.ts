import { describe, expect, test } from "vitest";
import { z } from "zod";
import { flag, integer, text, uuid } from "./fields.ts";
import { readQuery } from "./read-query.ts";

const ID = "0b0e8c1e-3d57-4a3c-9d57-0d6e5a1f7c11";

const read = (search: string, schema: z.ZodType) =>
  readQuery(new URL(`http://x/f?${search}`), schema);

const fields = {
  uuid,
  text: text(5),
  integer: integer(1, 100),
  word: z.enum(["asc", "desc"]),
  date: z.iso.date(),
  flag,
};

const refused = (path: string) =>
  expect.objectContaining({
    status: 422,
    code: "invalid_input",
    details: [{ path, message: expect.any(String) }],
  });

describe("a parameter is read", () => {
  test.each([
    ["a UUID in any case", "uuid", ID.toUpperCase(), ID],
    [
      "a UUID of no version",
      "uuid",
      "0b0e8c1e-3d57-fa3c-0d57-0d6e5a1f7c11",
      "0b0e8c1e-3d57-fa3c-0d57-0d6e5a1f7c11",
    ],
    ["text", "text", "héllo", "héllo"],
    ["the least integer", "integer", "1", 1],
    ["the greatest integer", "integer", "100", 100],
    ["a known word", "word", "desc", "desc"],
    ["a leap day", "date", "2024-02-29", "2024-02-29"],
    ["a flag", "flag", "false", false],
  ] as const)("%s", async (_, field, value, result) => {
    const search = new URLSearchParams({ v: value }).toString();
    expect(await read(search, z.object({ v: fields[field] }))).toEqual({ v: result });
  });
});

describe("a parameter is refused with a 422 that names it and not its value", () => {
  test.each([
    ["no UUID", "uuid", "v=123"],
    ["a UUID with more behind it", "uuid", `v=${ID}%0A`],
    ["empty text", "text", "v="],
    ["text that is too long", "text", "v=123456"],
    ["text with NUL", "text", "v=a%00"],
    ["a fraction", "integer", "v=1.5"],
    ["an exponent", "integer", "v=1e1"],
    ["no digits", "integer", "v="],
    ["an integer below the range", "integer", "v=0"],
    ["an integer above the range", "integer", "v=101"],
    ["an integer beyond any range", "integer", "v=99999999999999999999"],
    ["an unknown word", "word", "v=up"],
    ["a word of every object", "word", "v=constructor"],
    ["a day that is none", "date", "v=2026-02-30"],
    ["a flag that is a number", "flag", "v=1"],
    ["a flag in capitals", "flag", "v=TRUE"],
    ["an absent one", "uuid", ""],
    ["one that is given twice", "integer", "v=1&v=2"],
  ] as const)("%s", async (_, field, search) => {
    await expect(read(search, z.object({ v: fields[field] }))).rejects.toThrow(refused("v"));
  });
});

test("an absent optional parameter is undefined, a bad one is still refused", async () => {
  const schema = z.object({ v: uuid.optional() });
  expect(await read("", schema)).toEqual({});
  await expect(read("v=1", schema)).rejects.toThrow(refused("v"));
});

test("defaults stand in for absent parameters only", async () => {
  const schema = z.object({ limit: fields.integer.default(20), order: fields.word.default("asc") });
  expect(await read("", schema)).toEqual({ limit: 20, order: "asc" });
  await expect(read("limit=0", schema)).rejects.toThrow(refused("limit"));
});

test("unknown parameters are ignored unless the schema is strict, which names them", async () => {
  const known = { limit: fields.integer };
  expect(await read("utm=1&utm=2&limit=5", z.object(known))).toEqual({ limit: 5 });
  await expect(read("utm=1&limit=5", z.strictObject(known))).rejects.toThrow(refused("utm"));
  const long = "x".repeat(100);
  await expect(read(`${long}=1&limit=5`, z.strictObject(known))).rejects.toThrow(
    refused(long.slice(0, 64)),
  );
  expect(await read("limit=5", z.strictObject(known))).toEqual({ limit: 5 });
});

test("no name is dangerous", async () => {
  expect(await read("__proto__=1&v=5", z.object({ v: fields.integer }))).toEqual({ v: 5 });
});

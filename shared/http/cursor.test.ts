import { expect, test } from "vitest";
import { z } from "zod";
import { cursorOf, encodeCursor } from "./cursor.ts";

const Position = z.tuple([z.iso.datetime(), z.uuid()]);

test("a cursor gives back its position and is safe in a URL", () => {
  const position: [string, string] = [
    "2026-01-31T09:00:00Z",
    "0b0e8c1e-3d57-4a3c-9d57-0d6e5a1f7c11",
  ];
  const cursor = encodeCursor(position);
  expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
  expect(cursorOf(Position).parse(cursor)).toEqual(position);
});

test.each([["nonsense"], [""], [encodeCursor(["yesterday", "x"])], [encodeCursor(null)]])(
  "%j is refused",
  (cursor) => {
    expect(cursorOf(Position).safeParse(cursor).success).toBe(false);
  },
);

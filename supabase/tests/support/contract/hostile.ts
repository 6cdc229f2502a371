import fc from "fast-check";

/** JSON that is nested deeper than anybody sends. */
function nested(depth: number): unknown {
  let value: unknown = [];
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

/** `__proto__` as a key of its own, as a parser of JSON makes it. */
const prototypes: unknown = JSON.parse(
  '{"__proto__": {"isAdmin": true}, "constructor": {"prototype": {}}, "toString": null}',
);

const texts = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\udfff\ud800",
  "\u202e\ufeff",
  "👩‍👩‍👧‍👦",
  "'; drop table public.profiles; --",
  "{}",
  "%",
  "\\",
  "__proto__",
  "null",
  "NaN",
  "infinity",
  "-infinity",
  "now",
  "0001-01-01",
  "4714-11-24 BC",
  "4714-11-24T00:00:00 BC",
  "9999-12-31T23:59:59.999Z",
  "20000-01-01T00:00:00Z",
  "294276-12-31T23:59:59Z",
  "294277-01-01T00:00:00Z",
  "2026-02-30",
  "2026-02-28T25:61:61Z",
  "2016-12-31T23:59:60Z",
  "00000000-0000-0000-0000-000000000000",
  "x".repeat(1_025),
  "x".repeat(50_000),
];

const numbers = [
  0,
  -1,
  0.5,
  101,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 53,
  2 ** 63,
  1e308,
  5e-324,
];

/** A value that nobody sends who means well. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<unknown>(...texts) },
  { weight: 3, arbitrary: fc.constantFrom<unknown>(...numbers) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>(
      null,
      true,
      [],
      {},
      [null],
      [[]],
      prototypes,
      nested(2_000),
      Array.from({ length: 1_500 }, (_, i) => i),
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
);

/** What a parameter behind the question mark may be in place of a value: every value here is text. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...texts.filter((text) => text.length < 2_000)),
  fc.constantFrom(...numbers.map(String)),
  fc.string({ unit: "binary", maxLength: 40 }),
);

/** Bodies that are no JSON object, and some that are no JSON. */
export const hostileBody: fc.Arbitrary<string | Uint8Array<ArrayBuffer>> = fc.constantFrom<
  string | Uint8Array<ArrayBuffer>
>(
  "",
  "null",
  "[]",
  '"text"',
  "0",
  "{",
  "{}{}",
  '{"a": 1e400}',
  '{"a": 1, "a": 2}',
  '{"a": NaN}',
  '\ufeff{"a": 1}',
  "[".repeat(50_000),
  `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
  `{"__proto__": {"length": 0}}`,
  `{"${"k".repeat(10_000)}": 1}`,
  Uint8Array.from([0x7b, 0xff, 0xfe, 0x7d]),
  Uint8Array.from([0xef, 0xbb, 0xbf]),
  Uint8Array.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
);

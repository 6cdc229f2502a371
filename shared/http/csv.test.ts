import { expect, test } from "vitest";
import { parseCsv } from "../../supabase/tests/support/csv.ts";
import { type CsvRow, csv } from "./csv.ts";

async function* batches(...values: CsvRow[][]) {
  yield* values;
}

test("a CSV has a header line and quotes every text, over all batches", async () => {
  const response = await csv(
    "calls.csv",
    ["a", "b"],
    batches([{ a: 'x "y",\nz', b: 1 }], [], [{ a: null, b: true }]),
  );
  expect(await response.text()).toBe('"a","b"\r\n"x ""y"",\nz",1\r\n,true\r\n');
  expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
});

test("an empty CSV is its header line", async () => {
  expect(await (await csv("calls.csv", ["a", "b"], batches())).text()).toBe('"a","b"\r\n');
});

/** The one cell of a CSV with one text in it. */
async function cell(text: string): Promise<string | undefined> {
  const rows = parseCsv(await (await csv("c", ["a"], batches([{ a: text }]))).text());
  expect(rows).toHaveLength(1);
  return rows[0]?.a;
}

test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", '"=1"', "\uFF1D1"])(
  "a text that a spreadsheet would run (%j) is defused",
  async (formula) => {
    expect(await cell(formula)).toMatch(/^'/);
  },
);

test.each([
  ["Ines;=1+2;", "Ines;'=1+2;"],
  ["Ines\n=1+2", "Ines\n'=1+2"],
  ["Ines\r@A1", "Ines\r'@A1"],
  ["Ines\t=1+2", "Ines\t'=1+2"],
  ['Ines;"=1+2"', 'Ines;\'"=1+2"'],
  ["Ines; =1+2", "Ines;' =1+2"],
])("what another separator would make a formula (%j) is defused", async (text, expected) => {
  expect(await cell(text)).toBe(expected);
});

test.each(["one\ntwo", "one\rtwo", "one\r\ntwo", "a;b", "a = b; c - d", "x@example.com"])(
  "a text without a formula (%j) stays one cell, as it is",
  async (text) => {
    expect(await cell(text)).toBe(text);
  },
);

test("a byte order mark stands once, in front", async () => {
  const response = await csv("c", ["a"], batches([{ a: "é" }], [{ a: "ü" }]));
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(await response.arrayBuffer());
  expect(text).toBe('\uFEFF"a"\r\n"é"\r\n"ü"\r\n');
});

test("numbers stay numbers, also negative ones and zero", async () => {
  const text = await (await csv("c", ["a", "b"], batches([{ a: -5, b: 0 }]))).text();
  expect(text).toBe('"a","b"\r\n-5,0\r\n');
});

test("a failure before the first batch is the caller's to answer", async () => {
  const failing: AsyncIterable<CsvRow[]> = {
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new RangeError("no")) }),
  };
  await expect(csv("c", ["a"], failing)).rejects.toThrow(RangeError);
});

test("a file name cannot leave its quotes", async () => {
  const response = await csv('a";\r\nx: y.csv', ["a"], batches());
  expect(response.headers.get("content-disposition")).toBe('attachment; filename="a____x__y.csv"');
});

import { expect, test } from "vitest";
import { type CsvRow, csv } from "./csv.ts";

async function* batches(...values: CsvRow[][]) {
  yield* values;
}

test("a CSV has a header line and quotes what needs it, over all batches", async () => {
  const response = await csv(
    "calls.csv",
    ["a", "b"],
    batches([{ a: 'x "y",\nz', b: 1 }], [], [{ a: null, b: true }]),
  );
  expect(await response.text()).toBe('a,b\r\n"x ""y"",\nz",1\r\n,true\r\n');
  expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
});

test("an empty CSV is its header line", async () => {
  expect(await (await csv("calls.csv", ["a", "b"], batches())).text()).toBe("a,b\r\n");
});

test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])(
  "a text that a spreadsheet would run (%j) is defused",
  async (formula) => {
    const [, line] = (await (await csv("c", ["a"], batches([{ a: formula }]))).text()).split(
      "\r\n",
    );
    expect(line).toMatch(/^"?'/);
  },
);

test("numbers stay numbers, also negative ones and zero", async () => {
  const text = await (await csv("c", ["a", "b"], batches([{ a: -5, b: 0 }]))).text();
  expect(text).toBe("a,b\r\n-5,0\r\n");
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

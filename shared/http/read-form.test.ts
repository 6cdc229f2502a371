import { expect, test } from "vitest";
import { readForm } from "./read-form.ts";

const MULTIPART = "multipart/form-data; boundary=b";

function post(body: BodyInit, contentType?: string) {
  const headers: Record<string, string> = contentType ? { "content-type": contentType } : {};
  return new Request("http://x/", { method: "POST", body, headers });
}

test("a form's fields and files arrive whole", async () => {
  const form = new FormData();
  const bytes = new Uint8Array([0, 255, 13, 10]);
  form.set("ticket_id", "t");
  form.set("file", new File([bytes], "a b.png", { type: "image/png" }));
  const read = await readForm(post(form), 1000);
  const { file, ticket_id } = read;
  expect(ticket_id).toBe("t");
  expect(file).toMatchObject({ name: "a b.png", type: "image/png" });
  expect(file instanceof File && new Uint8Array(await file.arrayBuffer())).toEqual(bytes);
});

test.each([
  ["a;b.txt", "a;b.txt"],
  ["id=5.txt", "id=5.txt"],
  ['the "final" one.txt', 'the "final" one.txt'],
  ["10% off, \\new.txt", "10% off, \\new.txt"],
  ["žlutý 屏.txt", "žlutý 屏.txt"],
])("a file that is called %j arrives as %j", async (name, right) => {
  const form = new FormData();
  form.set("file", new File(["x"], name));
  const { file } = await readForm(post(form), 1000);
  expect(file).toMatchObject({ name: right });
});

test("a backslash in front of a quote is an escape, as curl writes it", async () => {
  const part = 'content-disposition: form-data; name="file"; filename="a \\"b\\"; c.txt"';
  const body = `--b\r\n${part}\r\n\r\nx\r\n--b--\r\n`;
  const { file } = await readForm(post(body, MULTIPART), 1000);
  expect(file).toMatchObject({ name: 'a "b"; c.txt' });
});

test("a name that comes twice has both values", async () => {
  const form = new FormData();
  form.append("file", new File(["1"], "one.txt"));
  form.append("file", new File(["2"], "two.txt"));
  form.append("__proto__", "x");
  const read = await readForm(post(form), 1000);
  const { file } = read;
  expect(file).toMatchObject([{ name: "one.txt" }, { name: "two.txt" }]);
  expect(Object.keys(read).toSorted()).toEqual(["__proto__", "file"]);
});

test.each([
  ["JSON", "{}", "application/json", 415],
  ["no boundary", "x", "multipart/form-data", 400],
  ["no part", "x", MULTIPART, 400],
  [
    "a part that does not end",
    '--b\r\ncontent-disposition: form-data; name="a"\r\n\r\nx',
    MULTIPART,
    400,
  ],
  ["too much", "x".repeat(1001), MULTIPART, 413],
])("%s is refused with the right status", async (_, body, type, status) => {
  await expect(readForm(post(body, type), 1000)).rejects.toMatchObject({ status });
});

test("a form of ever so many parts is refused", async () => {
  const form = new FormData();
  for (let part = 0; part < 50_000; part++) form.append(String(part), "x");
  await expect(readForm(post(form), 10_000_000)).rejects.toMatchObject({ code: "invalid_form" });
});

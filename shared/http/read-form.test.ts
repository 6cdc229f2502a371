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
  const file = read.get("file");
  expect(read.get("ticket_id")).toBe("t");
  expect(file).toMatchObject({ name: "a b.png", type: "image/png" });
  expect(file instanceof File && new Uint8Array(await file.arrayBuffer())).toEqual(bytes);
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

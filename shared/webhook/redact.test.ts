import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { redact } from "./redact.ts";

const isSecret = (key: string) => key === "password" || key === "download_token";
const of = (text: string) => redact(text, isSecret);

describe("redaction", () => {
  test.each([
    ['{"password":"x"}', '{"password":"[redacted]"}'],
    ['{ "password" : "x" , "a": 1 }', '{ "password" : "[redacted]" , "a": 1 }'],
    ['{"password":null,"a":1}', '{"password":"[redacted]","a":1}'],
    ['{"password":12345678901234567890}', '{"password":"[redacted]"}'],
    ['{"password":{"a":["}"]},"b":2}', '{"password":"[redacted]","b":2}'],
    ['{"password":["a",{"b":"]"}],"b":2}', '{"password":"[redacted]","b":2}'],
    ['{"password":"a","password":"b"}', '{"password":"[redacted]","password":"[redacted]"}'],
    ['{"pass\\u0077ord":"x"}', '{"pass\\u0077ord":"[redacted]"}'],
    ['{"a":[{"download_token":"x"}]}', '{"a":[{"download_token":"[redacted]"}]}'],
    ['{"password":"a\\"b\\\\"}', '{"password":"[redacted]"}'],
    ['{"password":true}', '{"password":"[redacted]"}'],
  ])("of %s gives %s", (text, redacted) => {
    expect(of(text)).toBe(redacted);
  });

  test.each([
    '{"a":"password","b":["password"]}',
    '{"a":"\\"password\\":\\"x\\""}',
    '{"Password":"x"}',
    '{"id":12345678901234567890,"id":1.0}',
    '"password"',
    "[]",
    '{"\\u0000":"\\ud800"}',
  ])("leaves %s as it was sent", (text) => {
    expect(of(text)).toBe(text);
  });

  test("reaches what is nested 10,000 deep", () => {
    const text = `${'{"a":['.repeat(10_000)}{"password":"x"}${"]}".repeat(10_000)}`;
    expect(of(text)).toBe(text.replace('"x"', '"[redacted]"'));
  });

  test("of any JSON is JSON without a secret, and equal to it elsewhere", () => {
    const key = fc.oneof(
      fc.string(),
      fc.constantFrom("password", "download_token", "a", '"', "\\"),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.oneof(fc.string({ unit: "binary" }), fc.double(), fc.boolean(), fc.constant(null)),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(key, tie("value"), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 2), (json, indent) => {
        const text = JSON.stringify(json, null, indent);
        const expected = JSON.parse(text, (name, item) => (isSecret(name) ? "[redacted]" : item));
        expect(JSON.parse(of(text))).toEqual(expected);
      }),
    );
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { signToken } from "../tokens.ts";
import { authenticationOf } from "./authentication.ts";
import { factsOf } from "./facts.ts";
import { HEADER_BYTES, parseHeaders } from "./headers.ts";
import type { IncomingMail } from "./incoming-mail.ts";
import { newWords, textOfHtml } from "./words.ts";

const RECEIVER = "mx.receiver.test";

beforeEach(() => {
  vi.stubEnv("MAIL_FROM", "Desk <desk@ours.test>");
  vi.stubEnv("MAIL_DESK_ADDRESS", "desk@ours.test");
  vi.stubEnv("MAIL_TOKEN_SECRETS", "a secret");
  vi.stubEnv("MAIL_TRUSTED_RECEIVER", RECEIVER);
});
afterEach(() => vi.unstubAllEnvs());

const honest: IncomingMail = {
  from: "Ann <ann@people.test>",
  recipients: ["desk@ours.test"],
  subject: "Hello",
  text: "A question",
  html: null,
  headers: [["from", "Ann <ann@people.test>"]],
  fileCount: 0,
};
const facts = (mail: Partial<IncomingMail>) => factsOf({ ...honest, ...mail }, 10_000);
const words = (mail: Partial<IncomingMail>) => facts(mail).words;

describe("what a sender wrote anew", () => {
  it.each([
    ["English", "Yes.\n\nOn Mon, Nov 30, 2026 at 2:45 PM Desk <desk@ours.test> wrote:\n\n> Old"],
    ["German", "Yes.\n\nAm 30.11.2026 um 14:45 schrieb Desk <desk@ours.test>:\n> Alt"],
    ["French", "Yes.\n\nLe lun. 30 nov. 2026 à 14:45, Desk <desk@ours.test> a écrit :\n\n> Vieux"],
    [
      "Spanish",
      "Yes.\n\nEl lun, 30 nov 2026 a las 14:45, Desk (<desk@ours.test>) escribió:\n\n> Viejo",
    ],
    ["Outlook", "Yes.\r\n\r\n-----Original Message-----\r\nFrom: Desk\r\nSent: today\r\n\r\nOld"],
    ["a signature", "Yes.\n\n-- \nAnn"],
    ["many empty lines", `Yes.${"\n \n".repeat(20_000)}> Old`],
  ])("%s", (_, text) => expect(newWords(text)).toBe("Yes."));

  it("keeps quotes between answers, and what comes after the part that is parsed", () => {
    expect(newWords("> One?\nYes.\n> Two?\nNo.")).toBe("> One?\nYes.\n> Two?\nNo.");
    const long = Array.from({ length: 900 }, (_, at) => `line ${at}`).join("\n");
    expect(newWords(long)).toBe(long);
  });
});

describe("a hostile mail is contained", () => {
  const million = "x".repeat(1_000_000);
  const MAX = 10_000;

  it.each<[string, Partial<IncomingMail>, (found: ReturnType<typeof facts>) => void]>([
    [
      "30 MB of text",
      { text: million.repeat(30) },
      ({ words, body, is_cut }) =>
        expect([words.length, body.length, is_cut]).toEqual([MAX, 100_000, true]),
    ],
    [
      "text that was made for the parser",
      { text: `${"On a\n".repeat(5_000)}${">".repeat(100_000)}${" \n".repeat(100_000)}x` },
      ({ words }) => expect(words.length).toBeLessThanOrEqual(MAX),
    ],
    [
      "HTML that nests 100,000 deep",
      { text: null, html: `${"<div>".repeat(100_000)}deep` },
      ({ words }) => expect(words.length).toBeLessThanOrEqual(MAX),
    ],
    [
      "HTML with 10,000 quotes in each other",
      { text: null, html: `top${"<blockquote>q".repeat(10_000)}` },
      ({ words, body }) =>
        expect([words.slice(0, 3), body.length < 200_000]).toEqual(["top", true]),
    ],
    [
      "HTML that would run and load",
      {
        text: null,
        html: '<p onclick="a()">Hi</p><script>evil()</script><style>@import "x"</style><svg onload="evil()"><text>s</text></svg><object data="x">o</object><img src=x onerror=evil()>',
      },
      ({ words }) => expect(words).toBe("Hi"),
    ],
    [
      "lines of a header in its subject",
      { subject: "Hi\r\nBcc: victim@x.test\u2028X-Evil: 1\u0000" },
      ({ subject }) => expect(subject).toBe("Hi Bcc: victim@x.test X-Evil: 1"),
    ],
    [
      "10,000 headers and a reference of a megabyte",
      {
        headers: [
          ...(honest.headers ?? []),
          ["references", `<${million}> ${"<a@b> ".repeat(50_000)}`],
          ...Array.from({ length: 10_000 }, (): [string, string] => [
            "x-a",
            million.slice(0, 9_999),
          ]),
        ],
      },
      ({ headers, message_ids, is_cut }) =>
        expect([
          headers.length,
          Math.max(...headers.map(([, value = ""]) => value.length)),
          message_ids.length,
          is_cut,
        ]).toEqual([200, 2_000, 200, true]),
    ],
    [
      "10,000 recipients, the desk last",
      { recipients: [...Array<string>(10_000).fill("a@b.test"), "desk@ours.test"] },
      ({ is_for_desk }) => expect(is_for_desk).toBe(true),
    ],
    [
      "an address in the name of another",
      { headers: [["from", '"victim@people.test" <evil@elsewhere.test>']] },
      ({ from_address }) => expect(from_address).toBe("evil@elsewhere.test"),
    ],
    [
      "two senders in one header",
      { headers: [["from", "victim@people.test, evil@elsewhere.test"]] },
      ({ from_address, automatic }) =>
        expect([from_address, automatic]).toEqual([null, "no_sender"]),
    ],
    [
      "a reply address that nobody signed",
      { recipients: [`desk+${"0".repeat(52)}@ours.test`] },
      ({ is_for_desk, reply_to }) => expect([is_for_desk, reply_to]).toEqual([true, null]),
    ],
    [
      "a desk's address at another domain",
      { recipients: ["desk@ours.test.evil.test", "xdesk@ours.test", "sales+x@ours.test"] },
      ({ is_for_desk }) => expect(is_for_desk).toBe(false),
    ],
  ])("%s", (_, mail, check) => check(facts(mail)));

  it("source that is no mail, or all headers", async () => {
    const noise = new TextEncoder().encode(
      "\u0000\u0001: x\nFrom: a\u0000@b.test\nReferences: <a\u0000@b>",
    );
    const found = facts({ headers: await parseHeaders(noise) });
    expect([found.from_address, found.message_ids]).toEqual([null, []]);
    expect(JSON.stringify(found)).not.toMatch(/\\u0000/);
    const many = new TextEncoder().encode("A: b\r\n".repeat(1_000_000));
    expect((await parseHeaders(many)).length).toBeLessThanOrEqual(HEADER_BYTES / 6 + 1);
    const nested = `From: a@b.test\r\n${'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\n'.repeat(2_000)}`;
    expect(await parseHeaders(new TextEncoder().encode(nested))).toContainEqual([
      "from",
      "a@b.test",
    ]);
  });
});

it("a reply address is found whatever its case, by our signature alone", () => {
  const id = "0191d5d2-7c54-7b6e-8a3b-3d4f5a6b7c8d";
  const address = `Desk+${signToken("reply", id).toUpperCase()}@OURS.test`;
  expect(facts({ recipients: ["x@y.test", address] }).reply_to).toBe(id);
  const other = `desk+${signToken("unsubscribe", id)}@ours.test`;
  expect(facts({ recipients: [other] }).reply_to).toBeNull();
  expect(words({ html: "<p>unused</p>" })).toBe("A question");
  expect(textOfHtml("<a href='https://x.test/'>x</a>")).toBe("x [https://x.test/]");
});

describe("who confirms a sender", () => {
  const say = (...values: string[]) =>
    authenticationOf(
      values.map((value): [string, string] => ["authentication-results", value]),
      "ann@people.test",
      RECEIVER,
    );

  it.each([
    ["pass", `${RECEIVER}; dmarc=pass header.from=people.test`],
    ["pass", `${RECEIVER} 1; spf=fail; dkim=pass header.d=people.test`],
    ["pass", `${RECEIVER}; spf=pass smtp.mailfrom=bounce@people.test`],
    ["fail", `${RECEIVER}; dkim=pass header.d=evil.test; dmarc=fail (p=none)`],
    ["fail", `${RECEIVER}; spf=fail smtp.mailfrom=people.test`],
    ["none", `${RECEIVER}; dkim=pass header.d=evil.test`],
    ["none", `${RECEIVER}; dkim=pass header.d=test`],
    ["none", `${RECEIVER}; dkim=pass header.d=below.people.test`],
    ["none", `${RECEIVER}; spf=pass smtp.mailfrom=people.test.evil.test`],
    ["none", `${RECEIVER}; none`],
    ["none", `${RECEIVER}; spf=none (dmarc=pass (; dmarc=pass) ; dmarc=pass)`],
    ["none", `${RECEIVER}; spf=none reason="; dmarc=pass"`],
    ["none", `mx.evil.test; dmarc=pass`],
    ["none", `${RECEIVER}.evil.test; dmarc=pass`],
  ])("%s: %s", (expected, header) => expect(say(header)).toBe(expected));

  it("is the topmost header of the receiver, and nobody where none is named", () => {
    expect(
      say("mx.evil.test; dmarc=pass", `${RECEIVER}; dmarc=fail`, `${RECEIVER}; dmarc=pass`),
    ).toBe("fail");
    expect(authenticationOf([["authentication-results", "; dmarc=pass"]], "a@b.test", null)).toBe(
      "none",
    );
  });
});

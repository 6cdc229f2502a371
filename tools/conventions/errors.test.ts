import ts from "typescript";
import { describe, expect, test } from "vitest";
import { refusal, unavailable } from "../../shared/core/errors.ts";
import { voiceProviderUnavailable } from "../../shared/voice/errors.ts";
import { knownErrors } from "../errors/catalogues.ts";
import { type SourceFile, sourceFiles } from "./source-files.ts";

const codes = knownErrors.map(({ code }) => code);

/** The codes that stand in the arguments of `…Refusal(…)` and `…Unavailable(…)`. That no other code does is the compiler's to say. */
function thrownIn({ path, lines }: SourceFile): string[] {
  const found: string[] = [];
  function literals(node: ts.Node): void {
    if (ts.isStringLiteral(node)) found.push(node.text);
    ts.forEachChild(node, literals);
  }
  function visit(node: ts.Node): void {
    if (
      ts.isCallExpression(node) &&
      /(refusal|unavailable)$/i.test(node.expression.getText(source))
    )
      node.arguments.forEach(literals);
    ts.forEachChild(node, visit);
  }
  const source = ts.createSourceFile(path, lines.join("\n"), ts.ScriptTarget.Latest);
  visit(source);
  return found.filter((text) => codes.includes(text));
}

describe("the error catalogue", () => {
  test("holds every code in one room only", () => {
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  });

  test.each(knownErrors)("$room: $code is a name, a 4xx or 5xx and a sentence", (entry) => {
    expect(entry.code).toMatch(/^[a-z][a-z0-9_]+$/);
    expect(entry.status).toBeGreaterThanOrEqual(400);
    expect(entry.status).toBeLessThan(600);
    expect(entry.message ?? "Told by SQL.").toMatch(/^[A-Z].*[.!]$/);
  });

  test("has a sentence for exactly the codes that TypeScript refuses with", () => {
    const files = sourceFiles().filter(
      ({ path }) => /^(shared|supabase\/functions)\//.test(path) && !path.endsWith(".test.ts"),
    );
    const spoken = knownErrors.flatMap(({ code, message }) => (message === undefined ? [] : code));
    expect([...new Set(files.flatMap(thrownIn))].sort()).toEqual(spoken.sort());
  });
});

test("a refusal carries its code's status and its details", () => {
  const error = refusal("conflict", { name: "taken" });
  expect(error).toMatchObject({ code: "conflict", status: 409, details: { name: "taken" } });
});

test("a 503 says when to come back", () => {
  expect(unavailable("57014")).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
  expect(voiceProviderUnavailable("vapi_500", 10)).toMatchObject({
    status: 503,
    code: "voice_provider_unavailable",
    reason: "vapi_500",
    headers: { "retry-after": "10" },
  });
});

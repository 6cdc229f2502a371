import { expect, it } from "vitest";
import { exposition } from "./exposition.ts";

const gauge = (name: string, value: number, labels: Record<string, string> = {}) => ({
  name,
  help: "How many.",
  labels,
  value,
});

it("keeps the gauges of a family together under one HELP and TYPE", () => {
  const text = exposition([
    gauge("a", 1, { provider: "zoom" }),
    gauge("b", 0.25),
    gauge("a", 2, { provider: "vapi", state: "open" }),
  ]);
  expect(text).toBe(
    `# HELP switchboard_a How many.
# TYPE switchboard_a gauge
switchboard_a{provider="zoom"} 1
switchboard_a{provider="vapi",state="open"} 2
# HELP switchboard_b How many.
# TYPE switchboard_b gauge
switchboard_b 0.25
`,
  );
});

it("escapes what would end a label or a line", () => {
  const text = exposition([gauge("a", 1, { kind: 'back\\slash "quote"\nline' })]);
  expect(text).toContain('switchboard_a{kind="back\\\\slash \\"quote\\"\\nline"} 1\n');
});

it("is nothing without gauges", () => {
  expect(exposition([])).toBe("");
});

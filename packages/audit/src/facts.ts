import type { Place } from "./code/operations.ts";
import type { CodeFinding, MissingKind } from "./report.ts";

/** One thing that is missing, with every place that uses it. */
export interface Fact {
  kind: MissingKind;
  message: string;
  nearest: string | null;
  hint: string | null;
  places: Place[];
}

const tests =
  /(?:^|\/)(?:tests?|__tests__|__mocks__|mocks?|e2e|specs?|cypress|playwright|fixtures)\/|\.(?:test|spec|e2e|cy|stories)\.[^/]+$/;

/** Whether a file is part of tests, which meet other data than the code does. */
export function isTest({ file }: Place): boolean {
  return tests.test(file);
}

/** The findings by what is missing: the kind with the most facts first, and within it the thing that most places use. */
export function factsOf(findings: readonly CodeFinding[]): Fact[] {
  const facts = new Map<string, Fact>();
  for (const { place, ...finding } of findings) {
    const key = `${finding.kind} ${finding.message}`;
    const known = facts.get(key);
    if (known === undefined) facts.set(key, { ...finding, places: [place] });
    else known.places.push(place);
  }
  const sizes = countBy([...facts.values()], (fact) => fact.kind);
  return [...facts.values()].sort(
    (a, b) =>
      (sizes.get(b.kind) ?? 0) - (sizes.get(a.kind) ?? 0) ||
      a.kind.localeCompare(b.kind) ||
      b.places.length - a.places.length,
  );
}

export function countBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return new Map([...counts].sort((a, b) => b[1] - a[1]));
}

import type { Guard } from "./guards.ts";

interface Explanation {
  readonly kind: string;
  readonly name: RegExp;
  /** The test elsewhere that notices, or why nobody has to. Such a guard is not taken away. */
  readonly why: string;
}

/** Guards whose loss no pgTAP file would notice. */
const explanations: readonly Explanation[] = [
  {
    kind: "who may execute a function",
    name: /./,
    why: "supabase/tests/database/schema/rights.test.ts: no role of the API executes what rights.json does not give it",
  },
];

/** Why nobody has to notice a guard's loss here; undefined when nothing explains it. */
export const explanationOf = (guard: Guard): string | undefined =>
  explanations.find(({ kind, name }) => kind === guard.kind && name.test(guard.name))?.why;

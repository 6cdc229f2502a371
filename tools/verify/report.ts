/** What a deployment is checked for. */
export type ItemKind =
  | "migration"
  | "extension"
  | "enum"
  | "table"
  | "view"
  | "row level security"
  | "column"
  | "constraint"
  | "foreign key"
  | "index"
  | "policy"
  | "trigger"
  | "rule"
  | "published table"
  | "domain"
  | "reference row"
  | "function"
  | "grant"
  | "bucket"
  | "cron job"
  | "secret"
  | "edge function"
  | "auth"
  | "health";

/** How to put it right: SQL for the database's own login, or a command line. */
export type Mend = { sql: string } | { shell: string };

export interface Item {
  kind: ItemKind;
  name: string;
  /** `unexpected`: this version does not make it. `not visible`: from here. */
  state: "present" | "missing" | "different" | "unexpected" | "unhealthy" | "not visible";
  /** What is different or wrong; null when it is simply there or missing. */
  detail: string | null;
  mend: Mend | null;
}

export interface VerifyReport {
  items: Item[];
  /** How many of each kind this version has, and how many of them are as expected. */
  totals: Record<string, { present: number; expected: number }>;
}

/** The totals of a checklist, so that they and its lines never differ. */
export function totalsOf(items: readonly Item[]): VerifyReport["totals"] {
  const totals: VerifyReport["totals"] = {};
  for (const { kind, state } of items) {
    if (state === "unexpected") continue;
    const { present, expected } = totals[kind] ?? { present: 0, expected: 0 };
    totals[kind] = { present: present + (state === "present" ? 1 : 0), expected: expected + 1 };
  }
  return totals;
}

/** What is not as this version expects it. */
export function problems(report: VerifyReport): Item[] {
  return report.items.filter((item) => item.state !== "present" && item.state !== "not visible");
}

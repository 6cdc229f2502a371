import { z } from "zod";
import type { Person, Stage } from "./scene.ts";

const limit = z.number().nullable();
const Limits = z.object({
  plan_type: z.string(),
  current_assistants: z.number(),
  max_assistants: limit,
  used_call_time_seconds: z.number(),
  max_call_time_seconds: limit,
  account: z.object({ status: z.string(), expiry_reason: z.string().nullable() }),
  warnings: z.array(z.object({ type: z.string(), code: z.string(), message: z.string() })),
});

const figure = z.number().nullable();
const Dashboard = z.object({
  metrics: z.object({
    total_calls: z.number(),
    answered_calls: z.number(),
    successful_calls: z.number(),
    success_rate: figure,
    total_duration_seconds: z.number(),
    p50_duration_seconds: figure,
    p95_duration_seconds: figure,
    total_cost: z.number(),
  }),
  by_outcome: z.array(z.object({ outcome: z.string(), calls: z.number() })),
});

/** What a function answers to a person, under their own rights. */
async function ask<Schema extends z.ZodType>({ client }: Person, path: string, schema: Schema) {
  const { data, error } = await client.functions.invoke(path, { method: "GET" });
  if (error) throw error;
  return schema.parse(data);
}

/** Prints what each may use and has used, as `user-limits` tells it, and what it warns of. */
export async function tellLimits(stage: Stage, people: readonly Person[]): Promise<void> {
  const rows: object[] = [];
  const warnings: string[] = [];
  for (const person of people) {
    const limits = await ask(person, "user-limits", Limits);
    rows.push({
      tenant: person.name,
      plan: limits.plan_type,
      assistants: `${limits.current_assistants} of ${limits.max_assistants ?? "any"}`,
      "call seconds": `${limits.used_call_time_seconds} of ${limits.max_call_time_seconds ?? "any"}`,
      account: [limits.account.status, limits.account.expiry_reason].filter(Boolean).join(", "),
    });
    for (const { type, code, message } of limits.warnings) {
      warnings.push(`  ${person.name}: ${type} ${code}: ${message}`);
    }
  }
  stage.say("\nWhat each may see of their limits (user-limits):", rows);
  for (const line of warnings) stage.say(line);
}

const percent = (share: number | null) =>
  share === null ? "none" : `${Math.round(share * 100)} %`;

/** Prints how each one's calls went in the last 30 days, as `analytics/dashboard` tells it. */
export async function tellDashboards(stage: Stage, people: readonly Person[]): Promise<void> {
  const sums: object[] = [];
  const outcomes: object[] = [];
  for (const person of people) {
    const { metrics, by_outcome } = await ask(person, "analytics/dashboard", Dashboard);
    sums.push({
      tenant: person.name,
      calls: metrics.total_calls,
      answered: metrics.answered_calls,
      successes: `${metrics.successful_calls}, ${percent(metrics.success_rate)}`,
      seconds: metrics.total_duration_seconds,
      "p50, p95": `${metrics.p50_duration_seconds ?? "none"}, ${metrics.p95_duration_seconds ?? "none"}`,
      "cost in USD": metrics.total_cost,
    });
    const counts = by_outcome.map(({ outcome, calls }) => [outcome, calls]);
    outcomes.push({ tenant: person.name, ...Object.fromEntries(counts) });
  }
  stage.say("\nWhat each may see of their calls (analytics/dashboard, the last 30 days):", sums);
  stage.say("\nHow they ended:", outcomes);
}

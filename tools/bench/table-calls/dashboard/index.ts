import { withSupabase } from "@supabase/server";
import { db, must } from "../plain.ts";

const PAGE = 1_000;

interface Call {
  called_at: string;
  outcome: string | null;
  duration_seconds: number | null;
  cost: number | null;
  assistant_id: string | null;
  ended_reason: string | null;
}

interface Sum {
  calls: number;
  seconds: number;
  cost: number;
}

function add(sums: Record<string, Sum>, key: string, call: Call): void {
  sums[key] ??= { calls: 0, seconds: 0, cost: 0 };
  const sum = sums[key];
  sum.calls += 1;
  sum.seconds += Number(call.duration_seconds ?? 0);
  sum.cost += Number(call.cost ?? 0);
}

/** The dashboard of somebody's calls, summed where they were read: page by page, the API gives a thousand at once. */
export default {
  fetch: withSupabase({ auth: "user" }, async (request, context) => {
    const asked = new URL(request.url).searchParams;
    const by: Record<string, Record<string, Sum>> = {
      total: {},
      days: {},
      hours: {},
      outcomes: {},
      assistants: {},
      reasons: {},
    };
    for (let first = 0; ; first += PAGE) {
      const calls: Call[] = must(
        await db
          .from("call_logs")
          .select("called_at, outcome, duration_seconds, cost, assistant_id, ended_reason")
          .eq("user_id", context.userClaims?.id)
          .gte("called_at", `${asked.get("from")}T00:00:00Z`)
          .lte("called_at", `${asked.get("to")}T23:59:59.999Z`)
          .order("called_at")
          .range(first, first + PAGE - 1),
      );
      for (const call of calls) {
        const at = new Date(call.called_at);
        add(by.total ?? {}, "all", call);
        add(by.days ?? {}, call.called_at.slice(0, 10), call);
        add(by.hours ?? {}, `${at.getUTCDay()} ${at.getUTCHours()}`, call);
        add(by.outcomes ?? {}, call.outcome ?? "none", call);
        add(by.assistants ?? {}, call.assistant_id ?? "none", call);
        add(by.reasons ?? {}, call.ended_reason ?? "none", call);
      }
      if (calls.length < PAGE) return Response.json(by);
    }
  }),
};

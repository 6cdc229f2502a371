import type { SupabaseClient } from "@supabase/supabase-js";
import { describe, expectTypeOf, it } from "vitest";
import {
  type Answer,
  type CodeOf,
  type Database,
  type ErrorCode,
  readError,
  type Schemas,
  type Switchboard,
  type switchboard,
} from "../src/index.ts";

declare const api: Switchboard;

/** Never runs: only its types are looked at. */
async function mistakes() {
  // @ts-expect-error: the parameter is called `from`.
  await api.analytics.dashboard({ since: "2026-11-01" });
  // @ts-expect-error: an interval is a day or an hour.
  await api.analytics.dashboard({ interval: "week" });
  // @ts-expect-error: a rating needs its ticket.
  await api.tickets.rate({ rating: 5 });
  // @ts-expect-error: a call is read by its id.
  await api.analytics.call();
  // @ts-expect-error: a roster needs its students.
  await api.classes.setEnrollments({ class_id: "" });
  // @ts-expect-error: plans are named.
  await api.admin.setPlan({ user_id: "", plan: "gold" });

  const limits = await api.limits.read();
  // @ts-expect-error: the data may be missing.
  limits.data.plan_type;
  if (limits.error) return;
  // @ts-expect-error: there is no such field.
  limits.data.plan;
}

/** Never runs: a `switch` over all codes of a rating. */
async function handled(): Promise<string> {
  const { error } = await api.analytics.calls();
  if (error === null) return "";
  switch (error.code) {
    case "network":
    case "unavailable":
    case "internal":
      return "later";
    case "unauthenticated":
    case "forbidden":
      return "sign in";
    case "invalid_limit":
    case "invalid_input":
    case "invalid_range":
    case "invalid_time_zone":
      return "ask otherwise";
    // @ts-expect-error: a list of calls is never refused with this.
    case "ticket_closed":
      return "";
    default: {
      const none: never = error.code;
      return none;
    }
  }
}

/** Never runs: the same with a code left out. */
async function forgotten(): Promise<string> {
  const { error } = await api.limits.read();
  if (error === null) return "";
  switch (error.code) {
    case "network":
    case "internal":
    case "unauthenticated":
    case "forbidden":
      return "";
    default: {
      // @ts-expect-error: `unavailable` is not handled.
      const none: never = error.code;
      return none;
    }
  }
}

describe("types", () => {
  it("hold answers, codes and arguments as the contract says", () => {
    expectTypeOf(mistakes).returns.resolves.toBeVoid();
    expectTypeOf(handled).returns.resolves.toBeString();
    expectTypeOf(forgotten).returns.resolves.toBeString();

    type Read = Awaited<ReturnType<Switchboard["limits"]["read"]>>;
    expectTypeOf<NonNullable<Read["error"]>["code"]>().toEqualTypeOf<
      "network" | "forbidden" | "internal" | "unauthenticated" | "unavailable"
    >();
    expectTypeOf<CodeOf<"export_my_data">>().toEqualTypeOf<
      | "invalid_cursor"
      | "network"
      | "conflict"
      | "forbidden"
      | "internal"
      | "invalid_input"
      | "not_found"
      | "unauthenticated"
      | "unavailable"
    >();
    expectTypeOf<Answer<"getAnalyticsDashboard">>().toEqualTypeOf<Schemas["Dashboard"]>();
    expectTypeOf<Answer<"analytics_dashboard">>().toEqualTypeOf<Schemas["Dashboard"]>();
    expectTypeOf<Answer<"deletePhoneNumbersById">>().toBeNull();
    expectTypeOf<Answer<"cancel_account_deletion">>().toBeNull();
    expectTypeOf(readError).returns.toHaveProperty("code").toEqualTypeOf<ErrorCode>();
  });

  it("take a supabase-js client with our types, and one without any", () => {
    expectTypeOf<SupabaseClient<Database>>().toExtend<Parameters<typeof switchboard>[0]>();
    expectTypeOf<SupabaseClient>().toExtend<Parameters<typeof switchboard>[0]>();
  });

  it("type plain supabase-js as well", () => {
    type Functions = Database["public"]["Functions"];
    expectTypeOf<Functions["analytics_dashboard"]["Returns"]>().toEqualTypeOf<
      Schemas["Dashboard"]
    >();
  });
});

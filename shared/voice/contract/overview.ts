import { z } from "zod";
import { Constants } from "../../../supabase/database.types.ts";

const { account_status, plan_type } = Constants.public.Enums;

const Count = z.int().min(0);
const Cost = z.number().min(0).describe("What they cost, in USD.");

const sums = {
  calls: Count.describe("Calls, also those that have not ended."),
  ended_calls: Count.describe("Calls that have ended."),
  successful_calls: Count.describe("Ended calls that were a success."),
  failed_calls: Count.describe("Calls with the outcome failed."),
  duration_seconds: Count.describe("What the calls that connected lasted."),
  cost: Cost,
};

const Tenant = z.object({
  user_id: z.guid().describe("Whose account."),
  full_name: z.string().nullable().describe("The name that they gave."),
  email: z.string().nullable().describe("Their address."),
  account_status: z.enum(account_status).describe("The state of the account."),
  plan_type: z.enum(plan_type).describe("The plan."),
  ...sums,
  used_call_time_seconds: Count.describe("What is used of the limit in the current period."),
  max_call_time_seconds: Count.nullable().describe("The limit of the period; null is unlimited."),
  call_time_percent: z.number().min(0).nullable().describe("The share that is used, in percent."),
});

/** What admin_overview answers. */
export const TenantOverview = z
  .object({
    range: z
      .object({ from: z.iso.date(), to: z.iso.date() })
      .describe("First and last day; each tenant's own days, as in their dashboard."),
    totals: z
      .object({ tenants: Count.describe("Tenants that had calls."), ...sums })
      .describe("All tenants together, on whichever page they are."),
    tenants: z.array(Tenant).describe("The greatest first, by the order that was asked for."),
    next: z
      .object({ value: z.number(), id: z.guid() })
      .nullable()
      .describe("The p_cursor of the next page; null when there is nothing more."),
  })
  .describe("A page of the tenants that had calls.");

import type { SupabaseClient } from "@supabase/supabase-js";
import { account, admin } from "./account.ts";
import { attachments } from "./attachments.ts";
import { caller, type Options } from "./call.ts";
import { classes } from "./classes.ts";
import { tickets } from "./tickets.ts";
import { analytics, limits, numbers } from "./voice.ts";
import { webhooks } from "./webhooks.ts";

export type { Progress, UploadOptions } from "./attachments.ts";
export type { Options } from "./call.ts";
export type {
  Answer,
  Args,
  Body,
  CodeOf,
  Database,
  ErrorCode,
  Operation,
  Query,
  Schemas,
} from "./contract.ts";
export {
  type DatabaseFailure,
  type Result,
  readError,
  readFunctionError,
  type SwitchboardError,
} from "./error.ts";

/**
 * Switchboard's endpoints and functions over a supabase-js client of the caller's, who signs in there. Every method
 * answers `{ data, error }` and never throws.
 */
export function switchboard(supabase: SupabaseClient, options: Options = {}) {
  const calls = caller(supabase, options);
  return {
    account: account(calls),
    admin: admin(calls),
    analytics: analytics(calls),
    attachments: attachments(calls),
    classes: classes(calls),
    limits: limits(calls),
    numbers: numbers(calls),
    tickets: tickets(calls),
    webhooks: webhooks(calls),
  };
}

/** What `switchboard` gives. */
export type Switchboard = ReturnType<typeof switchboard>;

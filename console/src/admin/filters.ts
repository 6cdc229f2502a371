import { valuesOf } from "../shared/enums.ts";
import { oneOf, text } from "../shared/search.ts";

type Search = Record<string, unknown>;

export const providers = valuesOf<"webhook_provider">()(["zoom", "google_meet", "vapi", "resend"]);
export const eventStatuses = valuesOf<"webhook_event_status">()([
  "dead",
  "failed",
  "received",
  "applied",
  "ignored",
]);
export const taskStates = valuesOf<"task_state">()(["dead", "open", "ended"]);
export const plans = valuesOf<"plan_type">()(["free", "pro", "business", "enterprise"]);
export const accountStates = valuesOf<"account_status">()([
  "active",
  "expired",
  "suspended",
  "closing",
]);
export const tenantSorts = valuesOf<"tenant_sort">()([
  "calls",
  "duration",
  "cost",
  "failures",
  "share",
]);

export const eventsSearch = ({ provider, status, q }: Search) => ({
  provider: oneOf(providers, provider),
  status: oneOf(eventStatuses, status),
  q: text(q),
});

export const tasksSearch = ({ state, q }: Search) => ({
  state: oneOf(taskStates, state),
  q: text(q),
});

export const accountsSearch = ({ plan, state, q }: Search) => ({
  plan: oneOf(plans, plan),
  state: oneOf(accountStates, state),
  q: text(q),
});

export const tenantsSearch = ({ sort }: Search) => ({ sort: oneOf(tenantSorts, sort) });

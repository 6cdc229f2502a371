import { oneOf } from "../shared/search.ts";

type Search = Record<string, unknown>;

export const providers = ["zoom", "google_meet", "vapi", "resend"] as const;
export const eventStatuses = ["dead", "failed", "received", "applied", "ignored"] as const;
export const taskStates = ["dead", "open", "ended"] as const;
export const plans = ["free", "pro", "business", "enterprise"] as const;
export const accountStates = ["active", "expired", "suspended", "closing"] as const;
export const tenantSorts = ["calls", "duration", "cost", "failures", "share"] as const;

const text = (value: unknown) =>
  typeof value === "string" && value !== "" ? value.slice(0, 200) : undefined;

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

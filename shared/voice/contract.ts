import type { Rpcs } from "../core/contract.ts";
import { Call, CallCard, CallList, CallsPage } from "./contract/calls.ts";
import { Dashboard } from "./contract/dashboard.ts";
import { PhoneNumber } from "./contract/numbers.ts";
import { TenantOverview } from "./contract/overview.ts";
import { VapiAnswer } from "./contract/vapi.ts";

/** The components of the voice domain. */
export const schemas = {
  Dashboard,
  CallCard,
  CallsPage,
  CallList,
  Call,
  PhoneNumber,
  VapiAnswer,
  TenantOverview,
};

const days = {
  p_from: "First day, YYYY-MM-DD, from 2000 to 2100.",
  p_to: "Last day, included, YYYY-MM-DD, from 2000 to 2100.",
  p_tz: "IANA name of the zone in which days are cut; the profile's when absent.",
};

/** What a client may call of the voice domain. */
export const rpcs: Rpcs = {
  analytics_dashboard: {
    summary: "Reads how the caller's calls went",
    description:
      "The same as GET /analytics/dashboard. Without a range it covers the last 30 days, with one end only the 30 days from or up to it. A range has at most 366 days.",
    args: {
      ...days,
      p_assistant_id: "Only calls of this assistant; all when absent.",
      p_interval: "What a point of the series covers: day (when absent) or hour.",
    },
    answer: Dashboard,
    refuses: ["invalid_time_zone", "invalid_interval", "invalid_range", "range_too_long"],
  },
  list_calls: {
    summary: "Lists the caller's calls",
    description:
      "Newest first; GET /analytics/calls answers the same with a cursor. For the next page pass both parts of next and the same filters. Filters are combined; an absent one lets every call pass.",
    args: {
      ...days,
      p_assistant_id: "Only calls of this assistant.",
      p_outcome: "Only calls with this outcome.",
      p_direction: "Only calls in this direction.",
      p_is_ended: "True: only ended calls; false: only others.",
      p_after_called_at: "The next.called_at of the page before.",
      p_after_id: "The next.id of the page before.",
      p_limit: "Calls of a page, 1 to 1000; 50 when absent.",
    },
    answer: CallList,
    refuses: ["invalid_time_zone", "invalid_range", "invalid_limit"],
  },
  read_call: {
    summary: "Reads one of the caller's calls",
    description:
      "With transcript, summary, structured data and parts of the cost. Null when the caller has no such call.",
    args: { p_call_id: "The call." },
    answer: Call.nullable(),
  },
  admin_overview: {
    summary: "Reads how all tenants' calls went",
    description:
      "For admins and the secret key. Tenants that had calls on the days, the greatest first. Without a range the last 30 days in UTC, with one end only the 30 days from or up to it; at most 92 days. Each page adds up all tenants anew.",
    args: {
      p_from: days.p_from,
      p_to: days.p_to,
      p_sort:
        "calls (when absent), duration, cost, failures, or share: of the limit of call time in the current period.",
      p_cursor: "The next of the page before; null or absent for the first page.",
      p_limit: "Tenants of a page, 1 to 100; 50 when absent.",
    },
    answer: TenantOverview,
    refuses: ["admin_only", "invalid_range", "range_too_long", "invalid_cursor"],
  },
};

import { type Caller, path } from "./call.ts";
import type { Body, Query } from "./contract.ts";

/** What the caller's plan allows, and what is used of it. */
export function limits({ invoke }: Caller) {
  return {
    /** The limits, the usage, and warnings. */
    read: () => invoke<"getUserLimits">("user-limits"),
    /** A page of the usage log, newest first. */
    history: (query?: Query<"getUserLimitsHistory">) =>
      invoke<"getUserLimitsHistory">("user-limits/history", { query }),
  };
}

/** The caller's calls, and how they went. */
export function analytics({ invoke, download }: Caller) {
  return {
    /** How the calls went, day by day. */
    dashboard: (query?: Query<"getAnalyticsDashboard">) =>
      invoke<"getAnalyticsDashboard">("analytics/dashboard", { query }),
    /** A page of calls, newest first. */
    calls: (query?: Query<"getAnalyticsCalls">) =>
      invoke<"getAnalyticsCalls">("analytics/calls", { query }),
    /** Calls as a CSV file. */
    callsCsv: (query?: Query<"getAnalyticsCallsCsv">) =>
      invoke<"getAnalyticsCallsCsv", string>("analytics/calls.csv", { query }),
    /** One call, with all that was said. */
    call: (id: string) => invoke<"getAnalyticsCallsById">(path`analytics/calls/${id}`),
    /** A call's recording, as a file. */
    recording: (id: string) =>
      download<"getAnalyticsCallsRecordingById">(path`analytics/calls/${id}/recording`),
  };
}

/** The caller's phone numbers. */
export function numbers({ invoke }: Caller) {
  return {
    /** Connects a number of Twilio, or gets one from VAPI. */
    connect: (body: Body<"postPhoneNumbers">) =>
      invoke<"postPhoneNumbers">("phone-numbers", { method: "POST", body }),
    /** Gives a number another name or another assistant. */
    change: (id: string, body: Body<"patchPhoneNumbersById">) =>
      invoke<"patchPhoneNumbersById">(path`phone-numbers/${id}`, { method: "PATCH", body }),
    /** Gives a number up. */
    remove: (id: string) =>
      invoke<"deletePhoneNumbersById">(path`phone-numbers/${id}`, { method: "DELETE" }),
  };
}

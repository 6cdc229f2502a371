import { valuesOf } from "../shared/enums.ts";
import { id, oneOf, type Range, range } from "../shared/search.ts";

export const outcomes = valuesOf<"call_outcome">()([
  "completed",
  "no_answer",
  "busy",
  "voicemail",
  "cancelled",
  "rejected",
  "failed",
]);
export const directions = valuesOf<"call_direction">()(["inbound", "outbound", "web"]);

/** The colour of an outcome, on every page. */
export const outcomeColors = {
  completed: "teal.6",
  no_answer: "gray.5",
  busy: "yellow.5",
  voicemail: "blue.4",
  cancelled: "grape.4",
  rejected: "orange.5",
  failed: "red.6",
} as const;

export interface DashboardSearch extends Range {
  readonly assistant?: string | undefined;
}

export const dashboardSearch = (search: Record<string, unknown>): DashboardSearch => ({
  ...range(search),
  assistant: id(search.assistant),
});

export interface CallsSearch extends DashboardSearch {
  readonly outcome?: (typeof outcomes)[number] | undefined;
  readonly direction?: (typeof directions)[number] | undefined;
}

export const callsSearch = (search: Record<string, unknown>): CallsSearch => ({
  ...dashboardSearch(search),
  outcome: oneOf(outcomes, search.outcome),
  direction: oneOf(directions, search.direction),
});

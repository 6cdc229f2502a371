const DAY = 86_400_000;
const TEN_YEARS = 3_653 * DAY;

/** What a time tells: something that happened, or something that is planned. */
export type ToldOf = "event" | "plan";

/**
 * A time that a vendor told, as ISO 8601 in UTC; null when there is none, or none to believe. An event happened in the
 * last ten years, and at the latest a day from now, because clocks and zones differ; a plan is within ten years. A
 * faulty clock says 1970 or 2999, and one such time would move a meeting from its class or a call out of its month.
 * @param told ISO 8601, or epoch milliseconds
 */
export function vendorTime(told: unknown, of: ToldOf = "event", now = Date.now()): string | null {
  if (typeof told !== "string" && typeof told !== "number") return null;
  const milliseconds = typeof told === "number" ? told : Date.parse(told);
  const latest = now + (of === "plan" ? TEN_YEARS : DAY);
  if (!(milliseconds >= now - TEN_YEARS && milliseconds <= latest)) return null;
  return new Date(milliseconds).toISOString();
}

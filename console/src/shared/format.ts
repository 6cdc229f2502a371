/** How numbers and times are shown: in the visitor's own format and time zone. */
const whole = new Intl.NumberFormat();
const oneDigit = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });
const signedPercent = new Intl.NumberFormat(undefined, {
  style: "percent",
  maximumFractionDigits: 0,
  signDisplay: "exceptZero",
});
const dollars = new Intl.NumberFormat(undefined, { style: "currency", currency: "USD" });
const dayAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const dayInUtc = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  timeZone: "UTC",
});
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

/** The visitor's time zone. */
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

const none = "–";
const orNone =
  <Value>(format: (value: Value) => string) =>
  (value: Value | null | undefined): string =>
    value === null || value === undefined ? none : format(value);

export const formatNumber = orNone((value: number) => whole.format(value));
export const formatShare = orNone((value: number) => percent.format(value));
export const formatGrowth = orNone((value: number) => signedPercent.format(value));
export const formatCost = orNone((value: number) => dollars.format(value));
export const formatTime = orNone((value: string) => dayAndTime.format(new Date(value)));
export const formatDay = orNone((value: string) => day.format(new Date(value)));
export const formatClock = orNone((value: string) => clock.format(new Date(value)));
/** A day of a calendar, such as 2026-03-01, which is a day and no moment. */
export const formatDate = orNone((value: string) => dayInUtc.format(new Date(`${value}T00:00Z`)));

export const formatSeconds = orNone((seconds: number) => {
  const total = Math.round(seconds);
  if (total < 60) return `${whole.format(total)} s`;
  const [hours, minutes] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60)];
  if (hours === 0) return `${minutes} min ${total % 60} s`;
  return `${whole.format(hours)} h ${minutes} min`;
});

export const formatBytes = orNone((bytes: number) => {
  const units = ["bytes", "kB", "MB", "GB"];
  const place = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return `${oneDigit.format(bytes / 1000 ** place)} ${units[place]}`;
});

/** How long until a time, or since it, in its largest unit: "in 3 hours". */
export function formatDistance(time: string, now: number = Date.now()): string {
  const seconds = (Date.parse(time) - now) / 1000;
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  const units = [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ] as const;
  for (const [unit, length] of units) {
    if (Math.abs(seconds) >= length) return words.format(Math.trunc(seconds / length), unit);
  }
  return seconds >= 0 ? "in less than a minute" : "just now";
}

/** A code of the database as words: `no_answer` is "No answer". */
export function formatCode(code: string | null | undefined): string {
  if (!code) return none;
  const words = code.replaceAll(/[_-]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const two = (value: number) => String(value).padStart(2, "0");

/** The visitor's calendar day at a time, such as 2026-03-01. */
export const dayOf = (date: Date): string =>
  `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;

/** A time as a field of the type datetime-local has it: 2026-03-01T09:30, in the visitor's zone. */
export const localTime = (date: Date): string =>
  `${dayOf(date)}T${two(date.getHours())}:${two(date.getMinutes())}`;

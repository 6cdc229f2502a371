/** Reads filters from the address. What is not understood is left out, so that any address opens its page. */
type Search = Record<string, unknown>;

const day = (value: unknown): string | undefined =>
  typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) ? value : undefined;

export const id = (value: unknown): string | undefined =>
  typeof value === "string" && /^[0-9a-f-]{36}$/i.test(value) ? value : undefined;

export const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value.slice(0, 200) : undefined;

export const oneOf = <Value extends string>(
  values: readonly Value[],
  value: unknown,
): Value | undefined => values.find((one) => one === value);

export interface Range {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export const range = ({ from, to }: Search): Range => ({ from: day(from), to: day(to) });

/** The same without what is undefined, as the API wants its arguments. */
export function given<Filters extends object>(
  filters: Filters,
): { [Key in keyof Filters]?: Exclude<Filters[Key], undefined> } {
  const entries = Object.entries(filters).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as ReturnType<typeof given<Filters>>;
}

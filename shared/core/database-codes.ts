/** What a failed statement means to whoever asked, where it is not a rule of ours with a code of its own. */
export type DatabaseRefusal =
  | "conflict"
  | "forbidden"
  | "invalid_input"
  | "not_found"
  | "unauthenticated"
  | "unavailable";

const families: readonly (readonly [DatabaseRefusal, RegExp])[] = [
  // Rolled back by a lock, a deadline, a lack of resources, a shutdown or a lost connection
  // (PGRST000 to 003: PostgREST cannot reach or lease a connection, or reads its schema; 58: the disk fails).
  ["unavailable", /^(08|40001|40P01|53|55P03|57014|57P0[1-5]|58|25006|PGRST00\d)/],
  ["conflict", /^(23505|23P01)$/],
  // Values of the caller's that Postgres (54: too large or too deep) or PostgREST (100: a filter, 102: the body,
  // 103: a range) does not take. The other PGRST1xx and 2xx are about our own request: a fault of ours.
  ["invalid_input", /^(22|23502|23503|23514|54|PGRST10[023]$)/],
  ["unauthenticated", /^PGRST30[1-3]$/],
  ["forbidden", /^42501$/],
  ["not_found", /^PGRST116$/],
];

/**
 * The refusal that a SQLSTATE or a code of PostgREST stands for; undefined for one that is a fault of ours.
 * @param status of the answer: it tells a visitor who has not signed in from a user who may not
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 * @see https://docs.postgrest.org/en/stable/references/errors.html
 */
export function databaseRefusal(code: string, status?: number): DatabaseRefusal | undefined {
  if (code === "42501" && status === 401) return "unauthenticated";
  return families.find(([, pattern]) => pattern.test(code))?.[0];
}

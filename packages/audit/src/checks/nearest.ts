import { distance } from "fastest-levenshtein";

/** Words that occur in so many names that sharing one makes no two names similar. */
const common = new Set(
  "id at on by is has to of in type name date status count p v get set list".split(" "),
);

/** The existing name that was most likely meant; null when none is near. */
export function nearest(name: string, existing: Iterable<string>): string | null {
  let best: string | null = null;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const candidate of existing) {
    const cost = costOf(name, candidate);
    if (cost >= bestCost) continue;
    best = candidate;
    bestCost = cost;
  }
  return best;
}

/** The distance between two names; infinite unless a typing error or one word more or less explains it. */
function costOf(name: string, candidate: string): number {
  const [wanted, found] = [simplify(name), simplify(candidate)];
  const share = distance(wanted, found) / Math.max(wanted.length, found.length);
  if (share <= 0.34) return share;
  const [own, others] = [words(name), words(candidate)];
  const shared = own.filter((word) => others.includes(word));
  const isNear =
    shared.some((word) => !common.has(word)) &&
    shared.length * 2 >= Math.max(own.length, others.length);
  return isNear ? share : Number.POSITIVE_INFINITY;
}

/** userId, user_id and UserID count as one name. */
function simplify(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]/g, "").toLowerCase();
}

/** The words of a name, in the singular. */
function words(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "")
    .map((word) => (word.length > 3 ? word.replace(/s$/, "") : word));
}

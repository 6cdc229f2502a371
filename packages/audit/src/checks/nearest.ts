import { distance } from "fastest-levenshtein";

/** Words that so many names share that they make none of them near. */
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

/** How far a name is from another; infinite unless a slip of the hand or a word more or less explains it. */
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

/** userId, user_id and UserID are one. */
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

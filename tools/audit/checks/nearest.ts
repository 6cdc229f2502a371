import { distance } from "fastest-levenshtein";

/** The existing name that was most likely meant; null when none is near. */
export function nearest(name: string, existing: Iterable<string>): string | null {
  let best: string | null = null;
  let bestCost = Number.POSITIVE_INFINITY;
  const wanted = simplify(name);
  for (const candidate of existing) {
    const found = simplify(candidate);
    // A name that holds the other is near, whatever the rest: `name` for `full_name`.
    const isPart =
      wanted.length > 2 && found.length > 2 && (found.includes(wanted) || wanted.includes(found));
    const cost =
      distance(wanted, found) / Math.max(wanted.length, found.length) - (isPart ? 0.3 : 0);
    if (cost < bestCost) {
      best = candidate;
      bestCost = cost;
    }
  }
  return bestCost <= 0.45 ? best : null;
}

/** userId, user_id and UserID are one. */
function simplify(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]/g, "").toLowerCase();
}

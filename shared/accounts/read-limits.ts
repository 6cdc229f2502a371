import type { Db } from "../core/db.ts";
import { call } from "../db/call.ts";

/**
 * The caller's limits, usage, remainders, period, account and warnings; null means unlimited. The fields are
 * those of `public.user_limits_overview`.
 * @throws ApiError 404 when the caller has no account any more
 */
export const readLimits = (db: Db) => call(() => db.rpc("user_limits_overview"));

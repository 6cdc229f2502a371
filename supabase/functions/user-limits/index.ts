import { readLimits } from "../../../shared/accounts/read-limits.ts";
import { readUsageHistory } from "../../../shared/accounts/usage-history.ts";
import { withUser } from "../../../shared/http/with-user.ts";

/** Answers what the caller may use and has used, and the history of it; see docs/api/user-limits.md. */
export default withUser([readLimits, readUsageHistory]);

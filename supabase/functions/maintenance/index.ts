import { withSecret } from "../../../shared/http/with-secret.ts";
import { maintain } from "./maintain.ts";
import { metrics } from "./metrics.ts";

/** Works on the queue once, which the scheduler asks for every minute, and tells a monitor how it does. See docs/api/maintenance.md. */
export default withSecret([maintain, metrics]);

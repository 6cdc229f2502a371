import { withSecret } from "../../../shared/http/with-secret.ts";
import { maintain } from "./maintain.ts";

/** Works on the queue once; the scheduler calls it every minute. See docs/architecture.md. */
export default withSecret([maintain]);

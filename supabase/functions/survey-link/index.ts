import { withAnyone } from "../../../shared/http/with-anyone.ts";
import { rateByLink } from "../../../shared/support/rate-by-link.ts";

/** Takes a customer's rating by the link of a mail, without a sign-in; see docs/api/mail.md#survey-link. */
export default withAnyone([rateByLink]);

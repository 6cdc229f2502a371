import { withAnyone } from "../../../shared/http/with-anyone.ts";
import { readUnsubscribe, unsubscribe } from "../../../shared/mail/unsubscribe.ts";

/** Turns a kind of mails off by the link of one, without a sign-in; see docs/api/mail.md#email-unsubscribe. */
export default withAnyone([readUnsubscribe, unsubscribe]);

import { withUser } from "../../../shared/http/with-user.ts";
import { changeNumber, removeNumber } from "../../../shared/voice/numbers/edit-number.ts";
import { importNumber } from "../../../shared/voice/numbers/import-number.ts";

/** Connects, names, assigns and gives up phone numbers; see docs/api/phone-numbers.md. */
export default withUser([importNumber, changeNumber, removeNumber]);

import { withUser } from "../../../shared/http/with-user.ts";
import { changeNumber, removeNumber } from "../../../shared/voice/numbers/edit-number.ts";
import { importNumber } from "../../../shared/voice/numbers/import-number.ts";
import { ChangeInput, ImportInput } from "../../../shared/voice/numbers/number-input.ts";

/** Connects, names, assigns and gives up phone numbers; see docs/api/phone-numbers.md. */
export default {
  fetch: withUser({
    POST: async ({ body, db, service, user, log }) =>
      importNumber({
        db,
        service: service(),
        userId: user.id,
        input: await body(ImportInput),
        log,
      }),
    "PATCH /:id": async ({ params, body, db }) =>
      changeNumber(db, params.uuid("id"), await body(ChangeInput)),
    "DELETE /:id": ({ params, db }) => removeNumber(db, params.uuid("id")),
  }),
};

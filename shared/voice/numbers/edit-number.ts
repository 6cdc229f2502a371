import type { Db } from "../../core/db.ts";
import { call } from "../../db/call.ts";
import { noContent } from "../../http/responses.ts";
import { NUMBER_COLUMNS } from "./import-number.ts";
import type { ChangeInput } from "./number-input.ts";

/**
 * Names a number or assigns it, as the caller: an assistant of somebody else is as unknown as one that does not exist (422).
 * VAPI need not know: it asks at every call.
 */
export function changeNumber(db: Db, id: string, { friendly_name, assistant_id }: ChangeInput) {
  const change = {
    ...(friendly_name === undefined ? {} : { friendly_name }),
    ...(assistant_id === undefined ? {} : { assistant_id }),
  };
  return call(() =>
    db.from("phone_numbers").update(change).eq("id", id).select(NUMBER_COLUMNS).maybeSingle(),
  );
}

/** Gives a number up, as the caller; a trigger asks for its release at VAPI. */
export async function removeNumber(db: Db, id: string): Promise<Response> {
  await call(() => db.from("phone_numbers").delete().eq("id", id).select("id").maybeSingle());
  return noContent();
}

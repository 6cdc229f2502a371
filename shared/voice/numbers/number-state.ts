import type { Db } from "../../core/db.ts";
import { rpc } from "../../db/call.ts";
import type { VapiPhoneNumber } from "../vapi/api.ts";

const E164 = /^\+[1-9]\d{1,14}$/;

/** What became of a number that VAPI has. */
export type ImportState = "importing" | "active" | "refused";

/** VAPI answers it: it has told the number and is not still activating it. */
function isAnswered({ number, status }: VapiPhoneNumber, hasNumber: boolean): boolean {
  const isUp = status === "active" || (status ?? null) === null;
  return isUp && (hasNumber || E164.test(number ?? ""));
}

/**
 * Notes that VAPI has the number of a row.
 * @param hasNumber whether the row knows its number already (an imported one does)
 */
export async function noteAtVapi(
  db: Db,
  phoneNumberId: string,
  number: VapiPhoneNumber,
  hasNumber: boolean,
): Promise<ImportState> {
  const told = number.number ?? "";
  const state = await rpc(db, "finish_number_import", {
    p_phone_number_id: phoneNumberId,
    p_vapi_phone_id: number.id,
    p_is_active: isAnswered(number, hasNumber),
    ...(E164.test(told) ? { p_phone_number: told } : {}),
  });
  return state === "importing" || state === "active" ? state : "refused";
}

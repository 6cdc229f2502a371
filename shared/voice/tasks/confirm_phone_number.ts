import type { Db } from "../../core/db.ts";
import { callMaybe, rpc } from "../../db/call.ts";
import { done, retry, type TaskHandler, type TaskOutcome } from "../../tasks/task-handler.ts";
import { noteAtVapi } from "../numbers/number-state.ts";
import { type VapiOperations, type VapiPhoneNumber, vapiOperations } from "../vapi/api.ts";
import { vapiClient } from "../vapi/client.ts";
import { taggedNumber } from "../vapi/tags.ts";

/** Looks at VAPI so many times for a number whose import nobody saw end; what appears later is a stray. */
const LOOKS = 3;
/** VAPI activates a number within some minutes. */
const ACTIVATION_SECONDS = 120;

const readNumber = (db: Db, id: string) =>
  callMaybe(() =>
    db
      .from("phone_numbers")
      .select("id, phone_number, vapi_phone_id, status")
      .eq("id", id)
      .maybeSingle(),
  );
type Row = NonNullable<Awaited<ReturnType<typeof readNumber>>>;

const findTagged = async (vapi: VapiOperations, id: string) =>
  (await vapi.listNumbers()).find((number) => taggedNumber(number) === id);

const findAtVapi = async (vapi: VapiOperations, row: Row): Promise<VapiPhoneNumber | undefined> =>
  row.vapi_phone_id === null
    ? await findTagged(vapi, row.id)
    : ((await vapi.findNumber(row.vapi_phone_id)) ?? undefined);

/** Somebody may have deleted it at VAPI: then nobody answers it any more. */
async function lookAgain(db: Db, vapi: VapiOperations, row: Row): Promise<TaskOutcome> {
  if (row.vapi_phone_id !== null && (await vapi.findNumber(row.vapi_phone_id)) === null) {
    await rpc(db, "record_phone_number_gone", { p_vapi_phone_id: row.vapi_phone_id });
  }
  return done();
}

/** Nobody waits for it any more: what VAPI may have of it goes at once, and not with the next sweep. */
async function clear(vapi: VapiOperations, id: string): Promise<TaskOutcome> {
  const left = await findTagged(vapi, id);
  if (left) await vapi.deleteNumber(left.id);
  return done();
}

/**
 * Finds out what became of a number's import when the request did not: adopts what VAPI has under our tag, waits until VAPI
 * answers it, and fails the row when VAPI has nothing. A number that was answered is looked at again. It never asks for another number.
 */
export const run: TaskHandler = async ({ task, db, signal }) => {
  const row = await readNumber(db, task.resource_id);
  if (row?.status === "released") return done();
  const vapi = vapiOperations(vapiClient(), signal);
  if (row?.status === "active") return await lookAgain(db, vapi, row);
  if (row?.status !== "importing") return await clear(vapi, task.resource_id);
  const number = await findAtVapi(vapi, row);
  if (number) {
    const state = await noteAtVapi(db, row.id, number, row.phone_number !== null);
    return state === "importing" ? retry("not_active_yet", ACTIVATION_SECONDS) : done();
  }
  if (task.attempts < LOOKS) return retry("not_found_yet");
  await rpc(db, "fail_number_import", {
    p_phone_number_id: row.id,
    p_error: "number_import_unconfirmed",
  });
  return done();
};

import { rpc } from "../../db/call.ts";
import { done, type TaskHandler } from "../../tasks/task-handler.ts";
import { vendorTime } from "../../vendor/time.ts";
import { vapiOperations } from "../vapi/api.ts";
import { vapiClient } from "../vapi/client.ts";
import { taggedAssistant, taggedNumber } from "../vapi/tags.ts";

/** What carries our tag, with our id in it and its age; what has no age is left alone. */
function tagged<Item extends { readonly id: string; readonly createdAt: string }>(
  items: readonly Item[],
  tagOf: (item: Item) => string | undefined,
) {
  return items.flatMap((item) => {
    const tag = tagOf(item);
    const created_at = vendorTime(item.createdAt);
    return tag === undefined || created_at === null ? [] : [{ id: item.id, tag, created_at }];
  });
}

const idsOf = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id);

/**
 * Compares what VAPI has with what we have, both ways. What this deployment created there and lost sight of is a stray: the
 * database judges it, by its rows and by the time a creation may still take, and asks for its deletion. What should be there
 * and is not is looked at again.
 */
export const run: TaskHandler = async ({ db, signal, log }) => {
  const vapi = vapiOperations(vapiClient(), signal);
  const assistants = await vapi.listAssistants();
  const numbers = await vapi.listNumbers();
  const strays = await rpc(db, "sweep_vapi_strays", {
    p_assistants: tagged(assistants, ({ metadata }) => taggedAssistant(metadata)),
    p_numbers: tagged(numbers, taggedNumber),
  });
  const doubted = await rpc(db, "doubt_what_vapi_lacks", {
    p_assistants: idsOf(assistants),
    p_numbers: idsOf(numbers),
  });
  log({ strays, doubted });
  return done();
};

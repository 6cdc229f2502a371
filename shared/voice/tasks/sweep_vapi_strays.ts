import { rpc } from "../../db/call.ts";
import { vendorTime } from "../../http/vendor-time.ts";
import { done, type TaskHandler } from "../../tasks/task-handler.ts";
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

/**
 * Finds what this deployment created at VAPI and lost sight of; the database judges what is a stray, by its rows and by
 * the time a creation may still take, and asks for its deletion.
 */
export const sweepVapiStrays: TaskHandler = {
  kind: "sweep_vapi_strays",
  run: async ({ db, signal, log }) => {
    const vapi = vapiOperations(vapiClient(), signal);
    const assistants = tagged(await vapi.listAssistants(), ({ metadata }) =>
      taggedAssistant(metadata),
    );
    const numbers = tagged(await vapi.listNumbers(), taggedNumber);
    const strays = await rpc(db, "sweep_vapi_strays", {
      p_assistants: assistants,
      p_numbers: numbers,
    });
    log({ strays });
    return done();
  },
};

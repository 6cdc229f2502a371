import { rpc } from "../../db/call.ts";
import { done, type TaskHandler } from "../../tasks/task-handler.ts";
import { vapiOperations } from "../vapi/api.ts";
import { vapiClient } from "../vapi/client.ts";
import { taggedAssistant, taggedNumber } from "../vapi/tags.ts";

const HOUR_MS = 3_600_000;

/** What carries our tag, with our id in it. */
function tagged<Item extends { readonly id: string }>(
  items: readonly Item[],
  tagOf: (item: Item) => string | undefined,
) {
  return items.flatMap((item) => {
    const tag = tagOf(item);
    return tag === undefined ? [] : [{ id: item.id, tag }];
  });
}

/**
 * Finds what this deployment created at VAPI more than an hour ago and lost sight of; the database judges what is a
 * stray and asks for its deletion.
 */
export const sweepVapiStrays: TaskHandler = {
  kind: "sweep_vapi_strays",
  run: async ({ db, signal, log }) => {
    const vapi = vapiOperations(vapiClient(), signal);
    const old = { createdAtLt: new Date(Date.now() - HOUR_MS).toISOString() };
    const assistants = tagged(await vapi.listAssistants(old), ({ metadata }) =>
      taggedAssistant(metadata),
    );
    const numbers = tagged(await vapi.listNumbers(old), taggedNumber);
    const strays = await rpc(db, "sweep_vapi_strays", {
      p_assistants: assistants,
      p_numbers: numbers,
    });
    log({ strays });
    return done();
  },
};

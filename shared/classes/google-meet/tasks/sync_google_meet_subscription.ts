import { z } from "zod";
import type { Db } from "../../../core/db.ts";
import { rpc } from "../../../db/call.ts";
import { done, retry, type TaskHandler } from "../../../tasks/task-handler.ts";
import type { VendorClient } from "../../../vendor/client.ts";
import { googleClient } from "../api/client.ts";
import {
  completeSubscription,
  createSubscription,
  deleteSubscription,
  findSubscription,
  getSubscription,
  isComplete,
  isOurs,
  reactivateSubscription,
  renewSubscription,
  type Subscription,
} from "../api/subscriptions.ts";

const Wish = z
  .object({
    space: z.string(),
    subject: z.string().nullable(),
    name: z.string().nullable(),
    is_wanted: z.boolean(),
    renew_before: z.string(),
    asked_at: z.string(),
  })
  .nullable();

/** How soon to look again for what Google has not finished. */
const UNFINISHED_SECONDS = 30;

type Asked = Readonly<{ p_id: string; p_asked_at: string }>;

async function note(db: Db, asked: Asked, found: Subscription | undefined): Promise<void> {
  if (!found) return void (await rpc(db, "note_google_meet_subscription", asked));
  await rpc(db, "note_google_meet_subscription", {
    ...asked,
    p_name: found.name,
    p_state: found.state === "ACTIVE" ? "active" : "suspended",
    ...(found.expireTime === null ? {} : { p_expires_at: found.expireTime }),
    ...(found.suspensionReason ? { p_reason: found.suspensionReason } : {}),
  });
}

type Change = (
  events: VendorClient,
  name: string,
  signal: AbortSignal,
) => Promise<{ response?: Subscription | undefined }>;

/** What a subscription needs next: to be awake, to tell everything, to have time left. Null: nothing. */
function neededChange(found: Subscription, renewBefore: string): Change | null {
  if (found.state === "SUSPENDED") return reactivateSubscription;
  if (!isComplete(found)) return completeSubscription;
  const isLasting = found.expireTime && Date.parse(found.expireTime) > Date.parse(renewBefore);
  return isLasting ? null : renewSubscription;
}

const MAX_CHANGES = 3;

/** As it should be. What Google answers at once is used, else it is asked how things stand. */
async function revived(
  events: VendorClient,
  found: Subscription | undefined,
  renewBefore: string,
  signal: AbortSignal,
): Promise<Subscription | undefined> {
  let current = found;
  for (let changes = 0; current && changes < MAX_CHANGES; changes++) {
    const change = neededChange(current, renewBefore);
    if (!change) break;
    const { name } = current;
    const { response } = await change(events, name, signal);
    current = response ?? (await getSubscription(events, name, signal));
  }
  return current;
}

/**
 * The subscription that there is, to our topic: one to another topic, of before a change of ours, would be renewed for
 * ever and tell us nothing. Google lets nobody have a second one beside it, so it is ended.
 */
async function adopted(
  events: VendorClient,
  found: Subscription | undefined,
  signal: AbortSignal,
): Promise<Subscription | undefined> {
  if (!found || isOurs(found)) return found;
  await deleteSubscription(events, found.name, signal);
  return undefined;
}

/**
 * Brings a host's subscription to a space to the state that the classes want: made, renewed before
 * it expires, revived after a suspension, ended when no class is near. Before one is made, those
 * that exist are looked through: what an earlier try made is adopted, what publishes to another topic is ended. The resource is our row's id.
 */
export const run: TaskHandler = async ({ task, db, signal, log }) => {
  const id = task.resource_id;
  const wish = Wish.parse(await rpc(db, "google_meet_subscription", { p_id: id }));
  if (!wish?.subject) {
    log({ outcome: "nobody_to_ask_as" });
    return done();
  }
  const { space } = wish;
  const asked = { p_id: id, p_asked_at: wish.asked_at };
  const events = googleClient("events", wish.subject);
  if (!wish.is_wanted) {
    if (wish.name) await deleteSubscription(events, wish.name, signal);
    await note(db, asked, undefined);
    return done();
  }
  const known = wish.name ? await getSubscription(events, wish.name, signal) : undefined;
  const present = known ?? (await findSubscription(events, space, signal));
  const found = await adopted(events, present, signal);
  // A suspension whose reason lasts cannot be ended: that it stands is noted first, so that the job comes back.
  if (found?.state === "SUSPENDED") await note(db, asked, found);
  const created = found ?? (await createSubscription(events, space, signal));
  const there =
    (await adopted(events, created, signal)) ?? (await findSubscription(events, space, signal));
  const current = await revived(events, there, wish.renew_before, signal);
  await note(db, asked, current);
  return current?.state === "ACTIVE"
    ? done()
    : retry("google_subscription_unfinished", UNFINISHED_SECONDS);
};

import { z } from "zod";
import type { VendorClient } from "../../../vendor/client.ts";
import { isVendorStatus, type VendorError } from "../../../vendor/error.ts";
import { planned } from "../../fields.ts";
import { googlePubsubTopic } from "../env.ts";
import { segmentsOf } from "../names.ts";

const Subscription = z.object({
  name: z.string().regex(/^subscriptions\/[^/\s]{1,255}$/),
  state: z.enum(["ACTIVE", "SUSPENDED", "DELETED"]),
  expireTime: planned,
  suspensionReason: z.string().nullish(),
  eventTypes: z.array(z.string()).default([]),
  notificationEndpoint: z.object({ pubsubTopic: z.string().nullish() }).nullish(),
});
export type Subscription = z.infer<typeof Subscription>;

const SubscriptionPage = z.object({ subscriptions: z.array(Subscription).default([]) });
/** The work may go on after the answer: then the next look finds its result. */
const Operation = z.object({ response: Subscription.optional().catch(undefined) });

const MEET = "google.workspace.meet";
const STARTED = `${MEET}.conference.v2.started`;
const EVENT_TYPES = [
  STARTED,
  `${MEET}.conference.v2.ended`,
  `${MEET}.participant.v2.joined`,
  `${MEET}.participant.v2.left`,
  `${MEET}.recording.v2.started`,
  `${MEET}.recording.v2.ended`,
  `${MEET}.recording.v2.fileGenerated`,
  `${MEET}.transcript.v2.fileGenerated`,
];
/** As long as Google allows: seven days without the resource's data. */
const LONGEST = "0s";

const target = (space: string) => `//meet.googleapis.com/${space}`;

/** A subscription by its name; undefined when there is none, or none of this subject's. */
export async function getSubscription(events: VendorClient, name: string, signal: AbortSignal) {
  try {
    const found = await events(segmentsOf(name), Subscription, { signal });
    return found.state === "DELETED" ? undefined : found;
  } catch (error) {
    if (isVendorStatus(error, 403, 404)) return undefined;
    throw error;
  }
}

/** The subject's subscription to a space, whoever made it; undefined when there is none. */
export async function findSubscription(events: VendorClient, space: string, signal: AbortSignal) {
  const filter = `event_types:"${STARTED}" AND target_resource="${target(space)}"`;
  const { subscriptions } = await events(["subscriptions"], SubscriptionPage, {
    query: { filter },
    signal,
  });
  return subscriptions.find(({ state }) => state !== "DELETED");
}

/** The name that a refusal mentions: that of the subscription there already is. */
function mentionedName(error: VendorError): string | undefined {
  return /subscriptions\/[\w-]{1,255}/.exec(JSON.stringify(error.body() ?? null))?.[0];
}

/**
 * Subscribes the subject to a space, or finds the subscription that there is already. Undefined
 * when Google has not finished: look for it.
 */
export async function createSubscription(events: VendorClient, space: string, signal: AbortSignal) {
  try {
    const { response } = await events(["subscriptions"], Operation, {
      method: "POST",
      json: {
        targetResource: target(space),
        eventTypes: EVENT_TYPES,
        notificationEndpoint: { pubsubTopic: googlePubsubTopic() },
        payloadOptions: { includeResource: false },
        ttl: LONGEST,
      },
      signal,
    });
    return response;
  } catch (error) {
    if (!isVendorStatus(error, 409)) throw error;
    const name = mentionedName(error);
    return name === undefined ? undefined : await getSubscription(events, name, signal);
  }
}

/** Makes a subscription last as long as a new one. */
export const renewSubscription = (events: VendorClient, name: string, signal: AbortSignal) =>
  events(segmentsOf(name), Operation, {
    method: "PATCH",
    query: { updateMask: "ttl" },
    json: { ttl: LONGEST },
    signal,
  });

/** Whether a subscription tells all that we want to know. */
export const isComplete = ({ eventTypes }: Subscription): boolean =>
  EVENT_TYPES.every((type) => eventTypes.includes(type));

/** Whether a subscription publishes where we listen: the topic is the one thing that Google never changes. */
export const isOurs = ({ notificationEndpoint }: Subscription): boolean =>
  (notificationEndpoint?.pubsubTopic ?? googlePubsubTopic()) === googlePubsubTopic();

/** Makes a subscription of narrower interest tell all that we want to know. */
export const completeSubscription = (events: VendorClient, name: string, signal: AbortSignal) =>
  events(segmentsOf(name), Operation, {
    method: "PATCH",
    query: { updateMask: "event_types" },
    json: { eventTypes: EVENT_TYPES },
    signal,
  });

/** Lets a suspended subscription speak again; Google refuses while the reason lasts. */
export const reactivateSubscription = (events: VendorClient, name: string, signal: AbortSignal) =>
  events(segmentsOf(`${name}:reactivate`), Operation, { method: "POST", json: {}, signal });

/** Ends a subscription; one that is gone already is fine. */
export const deleteSubscription = (events: VendorClient, name: string, signal: AbortSignal) =>
  events(segmentsOf(name), Operation, { method: "DELETE", query: { allowMissing: true }, signal });

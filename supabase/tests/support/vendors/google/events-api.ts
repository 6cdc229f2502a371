import { randomUUID } from "node:crypto";
import { z } from "zod";
import { googleError, page } from "./answers.ts";
import type { CloudSubscription, World } from "./world.ts";

export const EVENTS_SCOPE = "https://www.googleapis.com/auth/meetings.space.readonly";

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;
const weekFromNow = () => new Date(Date.now() + WEEK_MS).toISOString();

const Creation = z.object({
  targetResource: z.string().startsWith("//meet.googleapis.com/spaces/"),
  eventTypes: z.array(z.string().startsWith("google.workspace.meet.")).min(1),
  notificationEndpoint: z.object({
    pubsubTopic: z.string().regex(/^projects\/[^/]+\/topics\/.+$/),
  }),
  ttl: z.string().optional(),
});

const bodyOf = ({ authority: _, ...known }: CloudSubscription) => known;

const operation = (subscription: CloudSubscription) =>
  Response.json({
    name: `operations/${randomUUID()}`,
    done: true,
    response: {
      "@type": "type.googleapis.com/google.apps.events.subscriptions.v1.Subscription",
      ...bodyOf(subscription),
    },
  });

async function create(world: World, request: Request, subject: string): Promise<Response> {
  const wish = Creation.safeParse(await request.json());
  if (!wish.success) return googleError(400);
  const { targetResource, eventTypes, notificationEndpoint } = wish.data;
  if (world.spaces.get(targetResource.replace("//meet.googleapis.com/", ""))?.owner !== subject) {
    return googleError(403);
  }
  const known = [...world.subscriptions.values()].find(
    (one) => one.authority === subject && one.targetResource === targetResource,
  );
  if (known && known.state !== "DELETED") {
    const details = [
      { "@type": "type.googleapis.com/google.rpc.ResourceInfo", resourceName: known.name },
    ];
    return googleError(409, { details });
  }
  const subscription: CloudSubscription = {
    name: `subscriptions/meet-spaces-${randomUUID()}`,
    targetResource,
    eventTypes,
    notificationEndpoint,
    state: "ACTIVE",
    expireTime: weekFromNow(),
    authority: subject,
  };
  world.subscriptions.set(subscription.name, subscription);
  return operation(subscription);
}

function list(world: World, url: URL, subject: string): Response {
  const filter = url.searchParams.get("filter") ?? "";
  const type = /event_types:"([^"]+)"/.exec(filter)?.[1];
  const target = /target_resource="([^"]+)"/.exec(filter)?.[1];
  if (type === undefined) return googleError(400);
  const found = [...world.subscriptions.values()].filter(
    (one) =>
      one.authority === subject &&
      one.state !== "DELETED" &&
      one.eventTypes.includes(type) &&
      (target === undefined || one.targetResource === target),
  );
  const { items, ...rest } = page(found, url, { default: 50, max: 100 });
  return Response.json({ subscriptions: items.map(bodyOf), ...rest });
}

function update(subscription: CloudSubscription, mask: string | null, body: unknown): Response {
  if (mask === "ttl") {
    subscription.expireTime = weekFromNow();
  } else if (mask === "event_types") {
    subscription.eventTypes = Creation.pick({ eventTypes: true }).parse(body).eventTypes;
  } else {
    return googleError(400);
  }
  return operation(subscription);
}

/** Workspace Events v1: subscriptions of a user to a space. */
export async function answerEvents(
  world: World,
  request: Request,
  subject: string,
): Promise<Response> {
  const url = new URL(request.url);
  const path = url.pathname.replace("/events/v1/", "");
  if (path === "subscriptions") {
    return request.method === "POST" ? create(world, request, subject) : list(world, url, subject);
  }
  const [name = "", verb] = path.split(":");
  const subscription = world.subscriptions.get(name);
  if (!subscription || subscription.state === "DELETED") {
    const isMissingFine = url.searchParams.get("allowMissing") === "true";
    return isMissingFine
      ? Response.json({ name: "operations/none", done: true })
      : googleError(404);
  }
  if (subscription.authority !== subject) return googleError(403);
  if (request.method === "GET") return Response.json(bodyOf(subscription));
  if (request.method === "DELETE") {
    world.subscriptions.delete(name);
    return Response.json({ name: "operations/deleted", done: true });
  }
  if (request.method === "PATCH") {
    return update(subscription, url.searchParams.get("updateMask"), await request.json());
  }
  if (verb !== "reactivate" || subscription.state !== "SUSPENDED") return googleError(400);
  subscription.state = "ACTIVE";
  delete subscription.suspensionReason;
  return operation(subscription);
}

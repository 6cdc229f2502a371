import { z } from "zod";
import type { World } from "./world.ts";

const time = z.string();
const Session = z.object({ name: z.string(), startTime: time, endTime: time.exactOptional() });
const Participant = z.object({
  name: z.string(),
  signedinUser: z.object({ user: z.string(), displayName: z.string() }).exactOptional(),
  anonymousUser: z.object({ displayName: z.string() }).exactOptional(),
  phoneUser: z.object({ displayName: z.string() }).exactOptional(),
  sessions: z.array(Session),
});
const Facts = z.object({
  spaces: z
    .array(z.object({ name: z.string(), meetingCode: z.string(), owner: z.string() }))
    .exactOptional(),
  conferences: z
    .array(
      z.object({
        name: z.string(),
        space: z.string(),
        startTime: time,
        endTime: time.exactOptional(),
        participants: z.array(Participant),
        artifacts: z
          .array(z.object({ name: z.string(), exportUri: z.string().exactOptional() }))
          .exactOptional(),
      }),
    )
    .exactOptional(),
  users: z
    .array(
      z.object({
        id: z.string(),
        primaryEmail: z.string(),
        aliases: z.array(z.string()).exactOptional(),
      }),
    )
    .exactOptional(),
});
const Failure = z.object({
  match: z.string().min(8),
  status: z.number(),
  reason: z.string().exactOptional(),
  retryAfter: z.string().exactOptional(),
  times: z.number().exactOptional(),
  isAfterEffect: z.boolean().exactOptional(),
});
const Change = z.object({
  name: z.string(),
  state: z.enum(["ACTIVE", "SUSPENDED", "DELETED"]).exactOptional(),
  expireTime: time.exactOptional(),
  eventTypes: z.array(z.string()).exactOptional(),
  notificationEndpoint: z.object({ pubsubTopic: z.string() }).exactOptional(),
});

/**
 * How tests steer the loopback: `facts` adds to Google's world, `failures` makes requests fail,
 * `mend` takes that back, `requests` lists what was asked, `subscription` changes one.
 */
export async function answerControl(world: World, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const match = url.searchParams.get("match") ?? "";
  switch (url.pathname.replace("/__control/", "")) {
    case "facts":
      world.learn(Facts.parse(await request.json()));
      return Response.json({});
    case "failures":
      world.failures.push(Failure.parse(await request.json()));
      return Response.json({});
    case "mend":
      world.failures = world.failures.filter((failure) => failure.match !== match);
      return Response.json({});
    case "requests":
      return Response.json(world.requests.filter((line) => line.includes(match)));
    case "subscriptions":
      return Response.json(
        [...world.subscriptions.values()].filter(({ targetResource }) =>
          targetResource.includes(match),
        ),
      );
    case "subscription": {
      const change = Change.parse(await request.json());
      const subscription = world.subscriptions.get(change.name);
      if (!subscription) return Response.json({}, { status: 404 });
      Object.assign(subscription, change);
      return Response.json(subscription);
    }
    default:
      return Response.json({}, { status: 404 });
  }
}

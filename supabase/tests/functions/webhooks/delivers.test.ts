import { beforeAll, describe, expect, it } from "vitest";
import { sql } from "../../support/database.ts";
import { openTicket } from "../../support/desk.ts";
import { createUser, type TestUser } from "../../support/users.ts";
import {
  addEndpoint,
  deliver,
  deliveriesOf,
  endpointOf,
  isSigned,
  receive,
  status,
} from "../../support/webhooks.ts";

let user: TestUser;
beforeAll(async () => {
  user = await createUser();
});

const told = (id: string) =>
  sql<{ kind: string; data: unknown }>(
    "select kind, data from public.notifications where user_id = $1 and subject_id = $2",
    [user.id, id],
  );

describe("an event", () => {
  it("is sent signed, with its own time and id and without what people wrote", async () => {
    const receiver = await receive();
    const endpoint = await addEndpoint(user, receiver.url);
    const ticketId = await openTicket(user, "A secret matter");
    await deliver(endpoint.id);
    const [message, ...others] = receiver.received;
    if (!message) throw new Error("nothing came");
    expect(others).toEqual([]);
    expect(isSigned(endpoint.secret, message)).toBe(true);
    expect(message.id).toMatch(/^msg_[0-9a-f]{32}$/);
    expect(message.body).toMatchObject({
      type: "ticket.created",
      version: 1,
      data: { ticket_id: ticketId },
    });
    expect(Date.parse(message.body.timestamp)).toBeLessThanOrEqual(Date.now());
    expect(message.text).not.toContain("secret matter");
    expect(await deliveriesOf(endpoint.id)).toMatchObject([
      { state: "delivered", attempts: 1, last_status: 200 },
    ]);
  });

  it("carries the signatures of both secrets while one is replaced", async () => {
    const receiver = await receive();
    const endpoint = await addEndpoint(user, receiver.url);
    const { data: rotated } = await user.client.rpc("rotate_webhook_secret", {
      p_endpoint_id: endpoint.id,
    });
    await user.client.rpc("send_test_webhook", { p_endpoint_id: endpoint.id });
    await deliver(endpoint.id);
    const both = receiver.received[0];
    if (!both || !rotated) throw new Error("nothing came");
    expect(both.body.type).toBe("endpoint.test");
    expect([endpoint.secret, rotated.secret].map((secret) => isSigned(secret, both))).toEqual([
      true,
      true,
    ]);
    await sql(
      "update private.webhook_secrets set expires_at = now() where endpoint_id = $1 and expires_at is not null",
      [endpoint.id],
    );
    await user.client.rpc("send_test_webhook", { p_endpoint_id: endpoint.id });
    await deliver(endpoint.id);
    const one = receiver.received[1];
    if (!one) throw new Error("nothing came");
    expect([endpoint.secret, rotated.secret].map((secret) => isSigned(secret, one))).toEqual([
      false,
      true,
    ]);
  });

  it("comes again under the same id until it is taken, also after a redelivery and a replay", async () => {
    const receiver = await receive(status(500));
    const endpoint = await addEndpoint(user, receiver.url);
    await openTicket(user);
    await deliver(endpoint.id);
    await deliver(endpoint.id);
    receiver.answer(status(204));
    await deliver(endpoint.id);
    const [delivery] = await deliveriesOf(endpoint.id);
    if (!delivery) throw new Error("no delivery");
    expect(delivery).toMatchObject({ state: "delivered", attempts: 3 });
    await user.client.rpc("redeliver_webhook", { p_delivery_id: delivery.id });
    await deliver(endpoint.id);
    const range = {
      p_from: new Date(0).toISOString(),
      p_to: new Date(Date.now() + 60_000).toISOString(),
    };
    const replay = { p_endpoint_id: endpoint.id, ...range };
    expect((await user.client.rpc("replay_webhooks", replay)).data).toBe(0);
    expect(
      (await user.client.rpc("replay_webhooks", { ...replay, p_is_delivered_too: true })).data,
    ).toBe(1);
    await deliver(endpoint.id);
    expect(receiver.received).toHaveLength(5);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
    expect(
      await sql("select status from public.webhook_attempts where delivery_id = $1 order by id", [
        delivery.id,
      ]),
    ).toEqual([
      { status: 500 },
      { status: 500 },
      { status: 204 },
      { status: 204 },
      { status: 204 },
    ]);
  });
});

describe("an endpoint", () => {
  it("that was away gets everything once it is back, which a single try finds out", async () => {
    const receiver = await receive(status(503));
    const endpoint = await addEndpoint(user, receiver.url);
    for (const subject of ["one", "two", "three"]) await openTicket(user, subject);
    await deliver(endpoint.id);
    const tries = receiver.received.length;
    await deliver(endpoint.id);
    expect(receiver.received.length - tries).toBeLessThan(3);
    receiver.answer(status(200));
    await deliver(endpoint.id);
    expect(await deliveriesOf(endpoint.id)).toMatchObject(Array(3).fill({ state: "delivered" }));
    expect(await endpointOf(endpoint.id)).toMatchObject({
      state: "active",
      consecutive_failures: 0,
    });
  });

  it("that says it is gone is disabled and its owner told; started again it gets what waited", async () => {
    const receiver = await receive(status(410));
    const endpoint = await addEndpoint(user, receiver.url);
    await openTicket(user);
    await deliver(endpoint.id);
    expect(await endpointOf(endpoint.id)).toMatchObject({
      state: "disabled",
      disabled_reason: "gone",
    });
    expect(await told(endpoint.id)).toMatchObject([
      { kind: "webhook_endpoint_disabled", data: { reason: "gone" } },
    ]);
    await openTicket(user);
    await deliver(endpoint.id);
    expect(receiver.received).toHaveLength(1);
    receiver.answer(status(200));
    await user.client.rpc("update_webhook_endpoint", {
      p_endpoint_id: endpoint.id,
      p_is_paused: false,
    });
    await deliver(endpoint.id);
    expect(await deliveriesOf(endpoint.id)).toMatchObject(Array(2).fill({ state: "delivered" }));
  });

  it("that redirects is not followed", async () => {
    const inside = await receive();
    const receiver = await receive(status(307, { location: inside.url }));
    const endpoint = await addEndpoint(user, receiver.url);
    await openTicket(user);
    await deliver(endpoint.id);
    expect(inside.received).toEqual([]);
    expect(await deliveriesOf(endpoint.id)).toMatchObject([{ state: "pending", last_status: 307 }]);
  });

  it("whose answer never ends is not listened to, and nothing of it is kept", async () => {
    const receiver = await receive((_, outgoing) => {
      const shout = setInterval(() => outgoing.write("SECRET".repeat(10_000)), 1);
      outgoing.on("close", () => clearInterval(shout));
    });
    const endpoint = await addEndpoint(user, receiver.url);
    await openTicket(user);
    await deliver(endpoint.id);
    expect(await deliveriesOf(endpoint.id)).toMatchObject([{ state: "delivered" }]);
  });

  it("that cannot be reached is told so", async () => {
    const endpoint = await addEndpoint(user, "http://127.0.0.1:9/hook");
    await openTicket(user);
    await deliver(endpoint.id);
    expect(await deliveriesOf(endpoint.id)).toMatchObject([
      { state: "pending", last_error: "no_connection" },
    ]);
  });
});

it("endpoints that hang do not delay the others", { timeout: 120_000 }, async () => {
  const hanging = await receive(() => {});
  const receiver = await receive();
  const [owner, other] = [await createUser(), await createUser()];
  const good = await addEndpoint(owner, receiver.url);
  // More than there are places, and each is taken before the good one.
  for (let place = 0; place < 9; place++) await addEndpoint(owner, hanging.url);
  for (let place = 0; place < 9; place++) await addEndpoint(other, hanging.url);
  for (let place = 0; place < 8; place++) await openTicket(owner);
  await openTicket(other);
  await sql(
    `select private.enqueue_task('deliver_webhooks', id::text, user_id, now() - interval '1 hour')
     from public.webhook_endpoints where user_id = any ($1) and id <> $2`,
    [[owner.id, other.id], good.id],
  );
  await deliver(good.id);
  const seen = async () => {
    const [row] = await sql<{ is_late: boolean; hung: number }>(
      `select max(d.delivered_at) filter (where d.endpoint_id = $2) >= min(a.attempted_at + a.duration_ms * interval '1 millisecond') filter (where a.error = 'timeout') as is_late,
         count(distinct d.endpoint_id) filter (where a.error = 'timeout')::integer as hung
       from public.webhook_deliveries d join public.webhook_attempts a on a.delivery_id = d.id where d.user_id = any ($1)`,
      [[owner.id, other.id], good.id],
    );
    return row;
  };
  await expect.poll(seen, { timeout: 60_000 }).toEqual({ is_late: false, hung: 18 });
  expect(receiver.received).toHaveLength(8);
});

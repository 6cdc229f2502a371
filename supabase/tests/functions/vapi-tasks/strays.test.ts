import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sql, sqlOne } from "../../support/database.ts";
import { testStack } from "../../support/resources.ts";
import { createUser } from "../../support/users.ts";
import { newNumber } from "../../support/vapi.ts";
import { atVapi, placeAtVapi, removeAtVapi } from "../../support/vapi-cloud.ts";
import { taskOf, workOnTasks } from "../../support/work.ts";

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
const tag = (assistantId: string, switchboard = testStack().url) => ({
  metadata: { switchboard, assistant_id: assistantId },
});
const server = () => ({ server: { url: `${testStack().url}/functions/v1/vapi-webhook` } });

async function sweep(): Promise<void> {
  await sql("select private.request_stray_sweep(now())");
  await workOnTasks("sweep_vapi_strays", "vapi");
}

it("assistants of ours that no row knows go after a few minutes; fresh, foreign and known ones stay", async () => {
  const user = await createUser();
  const { id: stray } = await placeAtVapi("assistants", {
    ...tag(randomUUID()),
    createdAt: hoursAgo(0.2),
  });
  const { id: fresh } = await placeAtVapi("assistants", {
    ...tag(randomUUID()),
    createdAt: hoursAgo(0.1),
  });
  const { id: foreign } = await placeAtVapi("assistants", {
    ...tag(randomUUID(), "https://another.example"),
    createdAt: hoursAgo(5),
  });
  const { id: untagged } = await placeAtVapi("assistants", {
    name: "by hand",
    createdAt: hoursAgo(5),
  });
  const own = randomUUID();
  const { id: known } = await placeAtVapi("assistants", { ...tag(own), createdAt: hoursAgo(5) });
  const { id: twin } = await placeAtVapi("assistants", { ...tag(own), createdAt: hoursAgo(5) });
  await sql(
    "insert into public.assistants (id, user_id, name, vapi_assistant_id, provisioning) values ($1, $2, 'A', $3, 'ready')",
    [own, user.id, known],
  );

  await sweep();
  for (const id of [stray, twin]) {
    await workOnTasks("delete_vapi_assistant", id);
    expect(await atVapi("assistants", id)).toEqual([]);
  }
  for (const id of [fresh, foreign, untagged, known]) {
    expect(await taskOf("delete_vapi_assistant", id)).toBeUndefined();
    expect(await atVapi("assistants", id)).toHaveLength(1);
  }
});

it("one that a creation is still looking for is left to it", async () => {
  const user = await createUser();
  const { data } = await user.client.from("assistants").insert({ name: "A" }).select("id").single();
  await sql(
    "update public.tasks set run_after = now() + interval '1 hour' where kind = 'sync_assistant' and resource_id = $1",
    [data?.id],
  );
  const { id } = await placeAtVapi("assistants", {
    ...tag(String(data?.id)),
    createdAt: hoursAgo(2),
  });
  await sql("select public.sweep_vapi_strays($1, '[]')", [
    JSON.stringify([{ id, tag: data?.id, created_at: hoursAgo(2) }]),
  ]);
  expect(await taskOf("delete_vapi_assistant", id)).toBeUndefined();
});

it("numbers of ours that no row knows go; known and foreign ones stay", async () => {
  const user = await createUser();
  const { id: stray } = await placeAtVapi("numbers", {
    ...server(),
    name: `sb-${randomUUID()}`,
    number: newNumber(),
    createdAt: hoursAgo(2),
  });
  const { id: foreign } = await placeAtVapi("numbers", {
    name: `sb-${randomUUID()}`,
    server: { url: "https://another.example" },
    createdAt: hoursAgo(2),
  });
  const row = randomUUID();
  const { id: known } = await placeAtVapi("numbers", {
    ...server(),
    name: `sb-${row}`,
    createdAt: hoursAgo(2),
  });
  await sql(
    `insert into public.phone_numbers (id, user_id, provider, phone_number, twilio_account_sid, vapi_phone_id, status)
     values ($1, $2, 'twilio', $3, 'AC' || repeat('0', 32), $4, 'active')`,
    [row, user.id, newNumber(), known],
  );
  await sweep();
  await workOnTasks("release_phone_number", stray);
  expect(await atVapi("numbers", stray)).toEqual([]);
  for (const id of [foreign, known]) {
    expect(await taskOf("release_phone_number", id)).toBeUndefined();
    expect(await atVapi("numbers", id)).toHaveLength(1);
  }
});

describe("what somebody deleted in VAPI's dashboard", () => {
  /** A tenant whose assistant and number VAPI has, or had; both for longer than the grace of a sweep. */
  async function settled() {
    const user = await createUser();
    const { id: assistant } = await placeAtVapi("assistants", { createdAt: hoursAgo(5) });
    const { id: number } = await placeAtVapi("numbers", { createdAt: hoursAgo(5) });
    const [assistantId, numberId] = [randomUUID(), randomUUID()];
    await sql(
      `insert into public.assistants (id, user_id, name, vapi_assistant_id, provisioning, updated_at)
       values ($1, $2, 'A', $3, 'ready', now() - interval '1 hour')`,
      [assistantId, user.id, assistant],
    );
    await sql("delete from public.tasks where resource_id = $1", [assistantId]);
    await sql(
      `insert into public.phone_numbers (id, user_id, provider, phone_number, twilio_account_sid, vapi_phone_id, status, updated_at)
       values ($1, $2, 'twilio', $3, 'AC' || repeat('0', 32), $4, 'active', now() - interval '1 hour')`,
      [numberId, user.id, newNumber(), number],
    );
    return { assistant, number, assistantId, numberId };
  }
  const state = async (assistantId: string, numberId: string) => ({
    ...(await sqlOne(
      "select provisioning, vapi_assistant_id from public.assistants where id = $1",
      [assistantId],
    )),
    ...(await sqlOne("select status, error from public.phone_numbers where id = $1", [numberId])),
  });
  async function look(assistantId: string, numberId: string) {
    await workOnTasks("sync_assistant", assistantId);
    await workOnTasks("confirm_phone_number", numberId);
  }

  it("an assistant is created again, a number fails and says why", async () => {
    const { assistant, number, assistantId, numberId } = await settled();
    await removeAtVapi("assistants", assistant);
    await removeAtVapi("numbers", number);
    await sweep();
    await look(assistantId, numberId);

    const after = await state(assistantId, numberId);
    expect(after).toMatchObject({ provisioning: "ready", status: "failed", error: "number_gone" });
    expect(after.vapi_assistant_id).not.toBe(assistant);
    expect(await atVapi("assistants", assistantId)).toMatchObject([
      { id: after.vapi_assistant_id },
    ]);
  });

  it("what a list lacks and VAPI has stays as it is", async () => {
    const { assistant, assistantId, numberId } = await settled();
    await sql("select public.doubt_what_vapi_lacks('{}', '{}')");
    await look(assistantId, numberId);
    expect(await state(assistantId, numberId)).toEqual({
      provisioning: "ready",
      vapi_assistant_id: assistant,
      status: "active",
      error: null,
    });
  });

  it("what VAPI lists is not looked at", async () => {
    const { assistantId, numberId } = await settled();
    await sweep();
    expect(await taskOf("sync_assistant", assistantId)).toBeUndefined();
    expect(await taskOf("confirm_phone_number", numberId)).toBeUndefined();
  });
});

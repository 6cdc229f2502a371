import { beforeAll, expect, it } from "vitest";
import { sql } from "../../support/database.ts";
import { callJson } from "../../support/functions.ts";
import { mailsTo, sendAll } from "../../support/mail.ts";
import { createUser, type TestUser } from "../../support/users.ts";

beforeAll(async () => {
  await sql("update private.settings set value = '1000' where name = 'mails_per_second'");
});

/** A ticket that an agent answers and resolves, and the token of the mail that tells the resolution. */
async function resolved(customer: TestUser, agent: TestUser) {
  const { data, error } = await customer.client
    .from("support_tickets")
    .insert({ subject: "Broken <b>thing</b>", description: "It does not work." })
    .select("id")
    .single();
  if (error) throw error;
  await agent.client.rpc("post_ticket_message", { p_ticket_id: data.id, p_body: "Try <this>." });
  await sendAll(customer.id);
  const answered = await agent.client
    .from("support_tickets")
    .update({ status: "resolved" })
    .eq("id", data.id);
  expect(answered.error).toBeNull();
  await sendAll(customer.id);
  const mails = await mailsTo(customer.email);
  const token = /\/rate\?token=([0-9a-f]{64})/.exec(mails[0]?.text ?? "")?.[1] ?? "";
  return { ticketId: data.id, token, mails };
}

const rate = (token: string, rating?: number) =>
  callJson("survey-link", { token, ...(rating === undefined ? {} : { rating }) });

it("a resolution is rated by the link of its mail: once, for that resolution, in time", async () => {
  const [customer, agent] = [await createUser(), await createUser("agent")];
  const { ticketId, token, mails } = await resolved(customer, agent);
  const [told, answer] = mails;
  expect(answer?.html).toContain("Try &lt;this&gt;.");
  expect(answer?.reply_to).toMatch(/^support\+[0-9a-v]{1,52}@switchboard\.test$/);
  expect(told?.subject).toMatch(/^Resolved: SB-\d+: Broken <b>thing<\/b>$/);
  const kept = await sql<{ hash: string }>(
    "select encode(token_hash, 'hex') as hash from private.survey_tokens where ticket_id = $1",
    [ticketId],
  );
  expect(kept).toHaveLength(1);
  expect(kept[0]?.hash).not.toBe(token);

  expect((await rate(`${token.slice(1)}0`, 5)).status).toBe(404);
  const empty = await rate(token);
  expect([empty.status, (await empty.json()) as object]).toEqual([
    422,
    expect.objectContaining({ code: "survey_empty" }),
  ]);
  const rated = await rate(token, 5);
  expect(rated.status).toBe(201);
  expect(await rated.json()).toMatchObject({ rating: 5, ticket_id: ticketId });
  const again = await rate(token, 1);
  expect([again.status, (await again.json()) as object]).toEqual([
    404,
    expect.objectContaining({ code: "survey_link_not_valid" }),
  ]);
});

it("a link is worth nothing after its time, and none in the next cycle", async () => {
  const [customer, agent] = [await createUser(), await createUser("agent")];
  const late = await resolved(customer, agent);
  await sql("update private.survey_tokens set expires_at = now() where ticket_id = $1", [
    late.ticketId,
  ]);
  expect((await rate(late.token, 3)).status).toBe(404);
  await sql(
    "update private.survey_tokens set expires_at = now() + interval '1 day', resolution_cycle = 2 where ticket_id = $1",
    [late.ticketId],
  );
  expect((await rate(late.token, 3)).status).toBe(404);
  await sql("update private.survey_tokens set resolution_cycle = 1 where ticket_id = $1", [
    late.ticketId,
  ]);
  expect((await rate(late.token, 3)).status).toBe(201);
});

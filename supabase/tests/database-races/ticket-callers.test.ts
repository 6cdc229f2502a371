import { randomUUID } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { asUser } from "../support/as-user.ts";
import { sql, sqlOne } from "../support/database.ts";
import { type Client, overlap } from "../support/two-connections.ts";

let owner: string;
let agent: string;
let ticket: string;
let file: string;

async function person(role: string): Promise<string> {
  const id = randomUUID();
  await sql("insert into auth.users (id, email) values ($1, $2)", [id, `${id}@races.example`]);
  await sql("update public.profiles set role = $2::public.user_role where id = $1", [id, role]);
  return id;
}

/** A customer's ticket with a file, and the agent who works on it. */
beforeEach(async () => {
  [owner, agent] = [await person("member"), await person("agent")];
  [ticket, file] = [randomUUID(), randomUUID()];
  await sql(
    `insert into public.support_tickets (id, user_id, subject, description, assigned_to)
     values ($1, $2, 'Race', 'x', $3)`,
    [ticket, owner, agent],
  );
  await sql(
    `insert into public.ticket_attachments (id, ticket_id, user_id, uploaded_by, file_name, content_type, size_bytes, path)
     values ($1::uuid, $2::uuid, $3, $3, 'a.png', 'image/png', 9, $2 || '/' || $1 || '/a.png')`,
    [file, ticket, owner],
  );
});

/** Takes the agent's place from him, and with it his open tickets. */
const demote = (client: Client) =>
  client.query("update public.profiles set role = 'member' where id = $1", [agent]);

const remove = (client: Client) => client.query("select public.delete_ticket($1)", [ticket]);

const everything = () =>
  sqlOne(
    `select t.priority, t.category, t.status, t.assigned_to, t.first_response_at,
       (select count(*)::integer from public.ticket_messages m where m.ticket_id = t.id) as messages,
       (select array_agg(a.state::text) from public.ticket_attachments a where a.ticket_id = t.id) as files
     from public.support_tickets t where t.id = $1`,
    [ticket],
  );

const MESSAGE = "insert into public.ticket_messages (ticket_id, body, is_internal)";
const CHANGE = "update public.support_tickets set";

it.each([
  ["answer", "ticket_not_found", () => `${MESSAGE} values ($1, 'x', false)`],
  ["write a note", "ticket_not_found", () => `${MESSAGE} values ($1, 'x', true)`],
  [
    "announce a file",
    "ticket_not_found",
    () => "select public.create_attachment($1, 'a.png', 'a.png', 'image/png', 1)",
  ],
  ["delete a file", "not_found", () => `select public.delete_attachment('${file}') where $1 <> ''`],
  ["set the priority", "support_staff_only", () => `${CHANGE} priority = 'urgent' where id = $1`],
  ["set the category", "support_staff_only", () => `${CHANGE} category = 'billing' where id = $1`],
  [
    "resolve the ticket",
    "transition_not_allowed",
    () => `${CHANGE} status = 'resolved' where id = $1`,
  ],
])("an agent who waits to %s while he is demoted is a stranger then", async (_, hint, text) => {
  const before = await everything();
  const act = (client: Client) => asUser(client, agent, text(), [ticket]);
  await expect(overlap(demote, act)).rejects.toMatchObject({ hint });
  expect(await everything()).toEqual({ ...before, assigned_to: null });
});

it.each([
  ["writes", "select public.post_ticket_message($1, 'x')"],
  ["writes with a key", "select public.post_ticket_message($1, 'x', p_idempotency_key => 'key')"],
  ["rates", "select public.submit_ticket_survey($1, 5)"],
  ["announces a file", "select public.create_attachment($1, 'a.png', 'a.png', 'image/png', 1)"],
])("a customer who %s while his ticket is being deleted has no such ticket", async (_, text) => {
  const act = (client: Client) => asUser(client, owner, text, [ticket]);
  await expect(overlap(remove, act)).rejects.toMatchObject({ hint: "ticket_not_found" });
});

/** What every message does first. */
const lock = (client: Client) =>
  client.query("select from public.support_tickets where id = $1 for no key update", [ticket]);

it.each([
  ["a customer", "his agent", () => [owner, agent], [{ assigned_to: null, message_count: 1 }]],
  ["an agent", "his customer", () => [agent, owner], []],
  ["a customer", "he himself", () => [owner, owner], []],
])("%s who writes while %s is being deleted is in time", async (_, __, who, left) => {
  const [writer, leaver] = who();
  const write = (client: Client) =>
    client.query(
      "select public.post_ticket_message($1, 'x') from set_config('request.jwt.claims', $2, true) as caller",
      [ticket, JSON.stringify({ sub: writer, role: "authenticated" })],
    );
  const leave = (client: Client) => client.query("delete from auth.users where id = $1", [leaver]);
  await overlap(lock, leave, write);
  const found = await sql(
    "select assigned_to, message_count from public.support_tickets where id = $1",
    [ticket],
  );
  expect(found).toEqual(left);
});

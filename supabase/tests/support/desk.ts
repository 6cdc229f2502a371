import { callFunction, callJson } from "./functions.ts";
import { createUser, type TestUser } from "./users.ts";

/** A customer with a ticket, somebody else, and staff. */
export interface Desk {
  readonly owner: TestUser;
  readonly other: TestUser;
  readonly agent: TestUser;
  readonly ticketId: string;
}

/** Opens a ticket as a customer does, over REST. */
export async function openTicket(owner: TestUser, subject = "Help"): Promise<string> {
  const { data, error } = await owner.client
    .from("support_tickets")
    .insert({ subject, description: "It broke." })
    .select("id")
    .single();
  if (error) throw error;
  return data.id;
}

async function named(user: TestUser, full_name: string): Promise<TestUser> {
  const { error } = await user.client.from("profiles").update({ full_name }).eq("id", user.id);
  if (error) throw error;
  return user;
}

/** New people and a new ticket: test files share a stack and nothing else. */
export async function openDesk(): Promise<Desk> {
  const [owner, other, agent] = await Promise.all([
    createUser().then((user) => named(user, "Olga Owner")),
    createUser(),
    createUser("agent").then((user) => named(user, "Ada Agent")),
  ]);
  return { owner, other, agent, ticketId: await openTicket(owner) };
}

/** `POST /ticket-reply`. */
export function reply(
  user: TestUser,
  body: Record<string, unknown>,
  key?: string,
): Promise<Response> {
  return callJson("ticket-reply", body, {
    user,
    headers: key === undefined ? {} : { "idempotency-key": key },
  });
}

/** `GET /ticket-reply` with a query. */
export function thread(user: TestUser, query: Record<string, string | number>): Promise<Response> {
  const search = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  );
  return callFunction(`ticket-reply?${search}`, { user });
}

/** Status and code of a refusal, as one value to compare. */
export async function refused(response: Promise<Response>): Promise<string> {
  const answer = await response;
  const body = await answer.json();
  return `${answer.status} ${body.code}`;
}

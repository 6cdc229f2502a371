import type pg from "pg";
import type { Stack } from "../../../local/stack.ts";
import { makeConfirmedUser, sessionOf } from "../../confirmed-user.ts";

/** Somebody who is signed in. */
export interface Person {
  readonly id: string;
  /** Of a request by them. */
  readonly headers: Record<string, string>;
}

/** Somebody new, signed in. */
export async function signIn(client: pg.Client, stack: Stack): Promise<Person> {
  const user = await makeConfirmedUser((sql, values) => client.query(sql, values), "Bench");
  const { access_token }: { access_token: string } = JSON.parse(await sessionOf(stack, user));
  return {
    id: user.id,
    headers: {
      apikey: stack.publishable_key,
      authorization: `Bearer ${access_token}`,
      "content-type": "application/json",
    },
  };
}

/** The other way knows the same accounts, assistants, classes and people. */
export async function copyPeople(client: pg.Client): Promise<void> {
  await client.query(`
    insert into public.plain_limits (user_id) select id from public.profiles on conflict do nothing;
    insert into public.plain_assistants (id, user_id, name, vapi_assistant_id)
      select id, user_id, name, vapi_assistant_id from public.assistants on conflict do nothing;
    insert into public.plain_classes (id, meeting_id) select id, meeting_id from public.live_classes on conflict do nothing;
    insert into public.plain_students (id, email) select id, email from auth.users on conflict do nothing`);
}

import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { Stack } from "../../../local/stack.ts";

/** Somebody who is signed in. */
export interface Person {
  readonly id: string;
  /** Of a request by them. */
  readonly headers: Record<string, string>;
}

/** Confirms somebody with a password and signs them in; the hash is a cheap one, for it is not measured. */
export async function signIn(client: pg.Client, stack: Stack): Promise<Person> {
  const [id, password] = [randomUUID(), randomUUID()];
  const email = `${id}@bench.test`;
  await client.query(
    `insert into auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data)
     values ('00000000-0000-0000-0000-000000000000', $1, 'authenticated', 'authenticated', $2, extensions.crypt($3, extensions.gen_salt('bf', 4)), now(),
       '{"provider": "email", "providers": ["email"]}')`,
    [id, email, password],
  );
  const apikey = stack.publishable_key;
  const response = await fetch(`${stack.url}/auth/v1/token?grant_type=password`, {
    method: "POST",
    headers: { apikey, "content-type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  const { access_token } = await response.json();
  if (!response.ok) throw new Error(`sign-in answered ${response.status}`);
  return {
    id,
    headers: {
      apikey,
      authorization: `Bearer ${access_token}`,
      "content-type": "application/json",
    },
  };
}

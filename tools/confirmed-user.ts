import { randomUUID } from "node:crypto";

/** Somebody who can sign in. */
export interface ConfirmedUser {
  readonly id: string;
  readonly email: string;
  readonly password: string;
}

/**
 * Makes somebody with a confirmed address, for tests and benchmarks. The password's hash is a cheap one: a sign-up's
 * costs a tenth of a second of processor time.
 * @param run runs one statement as `postgres`
 */
export async function makeConfirmedUser(
  run: (sql: string, values: unknown[]) => Promise<unknown>,
  name: string,
): Promise<ConfirmedUser> {
  const [id, email, password] = [randomUUID(), `${randomUUID()}@example.com`, randomUUID()];
  await run(
    `insert into auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data)
     values ('00000000-0000-0000-0000-000000000000', $1, 'authenticated', 'authenticated', $2, extensions.crypt($3, extensions.gen_salt('bf', 4)), now(),
       '{"provider": "email", "providers": ["email"]}', jsonb_build_object('full_name', $4::text))`,
    [id, email, password, name],
  );
  return { id, email, password };
}

/** What Auth answers to a sign-in, as it wrote it: supabase-js keeps this text in a browser. */
export async function sessionOf(
  { url, publishable_key }: { readonly url: string; readonly publishable_key: string },
  { email, password }: Pick<ConfirmedUser, "email" | "password">,
): Promise<string> {
  const response = await fetch(`${url}/auth/v1/token?grant_type=password`, {
    method: "POST",
    headers: { apikey: publishable_key, "content-type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${email}: ${response.status} ${text}`);
  return text;
}

import { randomUUID } from "node:crypto";
import { sql } from "./database.ts";

/** An account with a number of VAPI's and an assistant that takes its calls. */
export interface Tenant {
  user: string;
  vapiAssistantId: string;
  vapiPhoneId: string;
}

/** Makes a tenant on the free plan, by SQL: its account has no password. */
export async function makeTenant(): Promise<Tenant> {
  const [user, vapiAssistantId, vapiPhoneId] = [randomUUID(), randomUUID(), randomUUID()];
  await sql("insert into auth.users (id, email) values ($1, $2)", [user, `${user}@race.test`]);
  await sql(
    `with assistant as (
       insert into public.assistants (user_id, name, vapi_assistant_id, provisioning) values ($1, 'A', $2, 'ready') returning id
     )
     insert into public.phone_numbers (user_id, provider, vapi_phone_id, status, assistant_id)
     select $1, 'vapi', $3, 'active', id from assistant`,
    [user, vapiAssistantId, vapiPhoneId],
  );
  return { user, vapiAssistantId, vapiPhoneId };
}

import { randomUUID } from "node:crypto";
import { signVapi, VapiCall } from "../../../tools/simulate/vapi.ts";
import { database, sql, sqlOne } from "./database.ts";
import { callFunction } from "./functions.ts";
import { testStack } from "./resources.ts";
import { createUser, type TestUser } from "./users.ts";

/** Sends a body to vapi-webhook with a valid signature; `headers` replace single ones. */
export function deliverVapi(
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = signVapi(body, testStack().secrets.vapi),
): Promise<Response> {
  return callFunction("vapi-webhook", { method: "POST", headers, body });
}

/** Delivers a message and returns the answer, which must be a 200. */
export async function tellVapi(message: object): Promise<Record<string, unknown>> {
  const response = await deliverVapi(JSON.stringify(message));
  const answer: Record<string, unknown> = await response.json();
  if (response.status !== 200) throw new Error(`${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

let lastNumber = Date.now() % 1_000_000;

/** A number in E.164 that nothing else in this run uses. */
export const newNumber = (): string =>
  `+1555${String(process.pid % 10)}${String(++lastNumber % 1_000_000).padStart(6, "0")}`;

export interface Tenant {
  user: TestUser;
  assistantId: string;
  vapiAssistantId: string;
  phoneNumberId: string;
  vapiPhoneId: string;
  number: string;
}

/** An assistant that VAPI has already. These tests are not about what reaches VAPI, so no task tries it. */
async function insertProvisioned(userId: string, configuration: object, vapiId: string) {
  const client = await database().connect();
  try {
    await client.query("begin");
    const { rows } = await client.query<{ id: string }>(
      `insert into public.assistants (user_id, name, configuration, vapi_assistant_id, provisioning)
       values ($1, 'Reception', $2, $3, 'ready') returning id`,
      [userId, JSON.stringify(configuration), vapiId],
    );
    const [assistant] = rows;
    if (!assistant) throw new Error("no assistant");
    const queued = "delete from public.tasks where kind = 'sync_assistant' and resource_id = $1";
    await client.query(queued, [assistant.id]);
    await client.query("commit");
    return assistant.id;
  } finally {
    client.release();
  }
}

/** A user with one assistant that VAPI has and an active number that it answers, as after provisioning. */
export async function createTenant(
  configuration: object = {},
  limit: number | null = 600,
): Promise<Tenant> {
  const user = await createUser();
  await sql(
    "update public.user_limits set max_call_time_seconds = $2, period_start = now() - interval '1 day' where user_id = $1",
    [user.id, limit],
  );
  const [vapiAssistantId, vapiPhoneId, number] = [randomUUID(), randomUUID(), newNumber()];
  const assistantId = await insertProvisioned(user.id, configuration, vapiAssistantId);
  const { id: phoneNumberId } = await sqlOne<{ id: string }>(
    `insert into public.phone_numbers (user_id, phone_number, provider, twilio_account_sid, vapi_phone_id, assistant_id, status)
     values ($1, $2, 'twilio', 'AC' || repeat('0', 32), $3, $4, 'active') returning id`,
    [user.id, number, vapiPhoneId, assistantId],
  );
  return { user, assistantId, vapiAssistantId, phoneNumberId, vapiPhoneId, number };
}

/** A call to the tenant's number, taken by the tenant's assistant unless the test says otherwise. */
export const callTo = (
  tenant: Tenant,
  startedAt = new Date(),
  assistantId: string | null = tenant.vapiAssistantId,
): VapiCall =>
  new VapiCall({
    startedAt,
    assistantId,
    phoneNumberId: tenant.vapiPhoneId,
    calledNumber: tenant.number,
  });

export interface StoredCall {
  status: string;
  outcome: string | null;
  duration_seconds: number | null;
  granted_seconds: number | null;
  transcript: string | null;
  recording_url: string | null;
  cost: string | null;
  ended_reason: string | null;
  assistant_id: string | null;
  user_id: string;
}

/** The stored call, or undefined. */
export async function storedCall(vapiCallId: string): Promise<StoredCall | undefined> {
  const [row] = await sql<StoredCall>("select * from public.call_logs where vapi_call_id = $1", [
    vapiCallId,
  ]);
  return row;
}

/** Seconds that count against the user's limit. */
export async function usedSeconds(userId: string): Promise<number> {
  const { used } = await sqlOne<{ used: number }>(
    "select used_call_time_seconds::integer as used from public.user_limits where user_id = $1",
    [userId],
  );
  return used;
}

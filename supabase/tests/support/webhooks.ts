import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { Webhook } from "standardwebhooks";
import { sql, sqlOne } from "./database.ts";
import { listen } from "./loopback.ts";
import type { TestUser } from "./users.ts";
import { maintainAbout } from "./work.ts";

/** What a receiver was sent. */
export interface Received {
  readonly id: string;
  readonly headers: Record<string, string>;
  readonly text: string;
  readonly body: {
    type: string;
    timestamp: string;
    version: number;
    data: Record<string, unknown>;
  };
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of incoming) text += chunk;
  return text;
}

/** A receiver of webhooks that answers as it is told to, and keeps what it was sent. */
export async function receive(answer: RequestListener = (_, outgoing) => outgoing.end()) {
  const received: Received[] = [];
  let now = answer;
  const server = createServer(async (incoming, outgoing) => {
    const text = await textOf(incoming);
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
    );
    received.push({ id: headers["webhook-id"] ?? "", headers, text, body: JSON.parse(text) });
    now(incoming, outgoing);
  });
  return {
    url: `${await listen(server)}/hook`,
    received,
    answer: (next: RequestListener) => {
      now = next;
    },
  };
}

export const status =
  (code: number, headers: Record<string, string> = {}): RequestListener =>
  (_, outgoing) => {
    outgoing.writeHead(code, headers).end();
  };

/** Adds an endpoint as its owner does. */
export async function addEndpoint(user: TestUser, url: string, kinds = ["ticket.created"]) {
  const { data, error } = await user.client.rpc("create_webhook_endpoint", {
    p_url: url,
    p_kinds: kinds,
  });
  if (error) throw error;
  return data;
}

/** Whether a message carries a signature of this secret. */
export function isSigned(secret: string, { text, headers }: Received): boolean {
  try {
    new Webhook(secret).verify(text, headers);
    return true;
  } catch {
    return false;
  }
}

const DUE = `select d.id from public.webhook_deliveries d join public.webhook_endpoints e on e.id = d.endpoint_id
  where e.id = $1 and e.state = 'active' and d.state = 'pending' and d.next_attempt_at <= now() and coalesce(e.retry_at <= now(), true)`;

/**
 * Lets an endpoint's waiting times pass, and has what is due sent. The stack's scheduler may have a worker for it at the
 * same time, which is waited for.
 */
export async function deliver(endpointId: string): Promise<void> {
  await sql(
    "update public.webhook_endpoints set retry_at = now() where id = $1 and retry_at > now()",
    [endpointId],
  );
  await sql(
    "update public.webhook_deliveries set next_attempt_at = now() where endpoint_id = $1 and state = 'pending'",
    [endpointId],
  );
  do {
    await maintainAbout(endpointId);
  } while ((await sql(DUE, [endpointId])).length > 0);
}

export const endpointOf = (id: string) =>
  sqlOne<{ state: string; disabled_reason: string | null; consecutive_failures: number }>(
    "select state, disabled_reason, consecutive_failures from public.webhook_endpoints where id = $1",
    [id],
  );

export const deliveriesOf = (endpointId: string) =>
  sql<{ id: string; state: string; attempts: number; last_status: number; last_error: string }>(
    "select id, state, attempts, last_status, last_error from public.webhook_deliveries where endpoint_id = $1 order by occurred_at, id",
    [endpointId],
  );

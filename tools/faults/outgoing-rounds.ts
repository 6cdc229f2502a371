import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Person } from "../simulate/scene.ts";
import { createStage } from "../simulate/stage.ts";
import { insist } from "./insist.ts";
import { doKill, type Kill, kills } from "./kills.ts";
import { MailProvider } from "./mail-provider.ts";
import { query } from "./query.ts";
import { reportCall } from "./report-call.ts";
import type { Round, Scenario } from "./scenario.ts";
import type { StackProcess } from "./stack-process.ts";
import { WebhookReceiver } from "./webhook-receiver.ts";
import { Work } from "./work.ts";

const CUSTOMERS = 10;
/** Facts come at any moment of this time. */
const FACTS_MS = 1_000;
/** A kill waits so long for its moment, and comes up to so long after it. */
const MOMENT_MS = 20_000;
const AFTERMATH_MS = 200;
/** Up to so much passes before the other side has taken something, and again before it says so. */
const LATENCY_MS = 150;
/** Whose process is killed: most of the way from the fact to its delivery is the worker's. */
const functions = ["maintenance", "ticket-reply", "maintenance", "vapi-webhook"] as const;
const kinds = ["ticket.replied", "call.ended"] as const;

interface Customer {
  readonly person: Person;
  readonly ticketId: string;
  /** VAPI's id. */
  readonly assistantId: string;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);

async function makeCustomer(
  stage: ReturnType<typeof createStage>,
  number: number,
  urlOf: (place: string) => string,
): Promise<Customer> {
  const person = await stage.person(`Customer ${number}`);
  const url = urlOf(person.id);
  const hook = await person.client.rpc("create_webhook_endpoint", {
    p_url: url,
    p_kinds: [...kinds],
  });
  if (hook.error) throw hook.error;
  const ticket = { subject: "Help", description: "It does not work." };
  const opened = await person.client.from("support_tickets").insert(ticket).select("id").single();
  if (opened.error) throw opened.error;
  return { person, ticketId: opened.data.id, assistantId: `va-${person.id}` };
}

/**
 * Each round ten customers get an answer of the desk, which is a mail and a webhook, and ten calls end, which is a
 * webhook each. The kill comes at a random moment between these facts and their deliveries.
 */
export class OutgoingRounds implements Scenario {
  readonly name = "outgoing";
  readonly rounds = 30;
  readonly #provider = new MailProvider({ latencyMs: () => Math.random() * LATENCY_MS });
  readonly #receiver = new WebhookReceiver({ latencyMs: () => Math.random() * LATENCY_MS });
  #customers: readonly Customer[] = [];
  #agentToken = "";
  #roundsDone = 0;

  async open(): Promise<Record<string, string>> {
    await Promise.all([this.#provider.start(), this.#receiver.start()]);
    return this.#provider.environment;
  }

  async prepare(stack: StackProcess): Promise<void> {
    const stage = createStage(stack.address);
    const agent = await stage.person("Agent", "agent");
    const { data } = await agent.client.auth.getSession();
    this.#agentToken = data.session?.access_token ?? "";
    const numbers = Array.from({ length: CUSTOMERS }, (_, number) => number);
    const urlOf = (place: string) => this.#receiver.urlOf(place);
    this.#customers = await Promise.all(
      numbers.map((number) => makeCustomer(stage, number, urlOf)),
    );
    const ids = this.#customers.map(({ person }) => person.id);
    await query(stack.address.db_url, "update private.rate_limits set max_count = 100000");
    // The rounds are about what is sent, and not about when.
    await query(
      stack.address.db_url,
      "update private.settings set value = '1000' where name = 'mails_per_second'",
    );
    await query(
      stack.address.db_url,
      "update private.settings set value = '\"0 seconds\"' where name = 'mail_digest_window'",
    );
    await query(
      stack.address.db_url,
      "update public.user_limits set plan_type = 'enterprise', period_start = now() - interval '1 hour' where user_id = any ($1)",
      [ids],
    );
    await query(
      stack.address.db_url,
      "insert into public.assistants (user_id, name, vapi_assistant_id) select id, 'Desk', 'va-' || id from unnest($1::uuid[]) id",
      [ids],
    );
  }

  #reply(stack: StackProcess, kill: Kill, { ticketId }: Customer): Promise<number> {
    const headers = {
      authorization: `Bearer ${this.#agentToken}`,
      "content-type": "application/json",
      "idempotency-key": randomUUID(),
    };
    const body = JSON.stringify({ ticket_id: ticketId, body: "Did you restart it?" });
    const request = () => ({ method: "POST", headers, body });
    return insist({ stack, mayEnd: kill === "stack", path: "/functions/v1/ticket-reply", request });
  }

  #call(stack: StackProcess, kill: Kill, { assistantId }: Customer): Promise<number> {
    return reportCall(stack, assistantId, { mayEnd: kill === "stack" });
  }

  /** What the outside has, of each kind and customer. */
  #seen(): number[] {
    return this.#customers.flatMap(({ person }) => [
      this.#provider.mailsTo(person.email),
      ...kinds.map((kind) => this.#receiver.eventsAt(person.id, kind)),
    ]);
  }

  async round(stack: StackProcess, kill: Kill, number: number): Promise<Round> {
    const before = this.#seen();
    const work = new Work(stack);
    const facts = this.#customers.flatMap((customer) =>
      [this.#reply, this.#call].map(async (tell) => {
        await sleep(Math.random() * FACTS_MS);
        return tell.call(this, stack, kill, customer);
      }),
    );
    let told = 0;
    for (const fact of facts) {
      fact.then(
        () => told++,
        () => {},
      );
    }
    const everything = Promise.allSettled(facts);
    const out = () => sum(this.#seen()) - sum(before);
    // Anywhere between the first fact and the last delivery, on a machine of whatever speed.
    const moment = Math.random() * (facts.length + before.length);
    for (const deadline = Date.now() + MOMENT_MS; told + out() < moment; await sleep(5)) {
      if (Date.now() > deadline) break;
    }
    await sleep(Math.random() * AFTERMATH_MS);
    const underway = `with ${told} of ${facts.length} facts told and ${out()} of ${before.length} deliveries out`;
    const functionName =
      functions[Math.floor(number / kills.length) % functions.length] ?? "maintenance";
    await doKill(stack, kill, functionName, "true");
    const settled = await everything;
    const retries = sum(settled.map((fact) => (fact.status === "fulfilled" ? fact.value : 0)));
    const failure = settled.find((fact) => fact.status === "rejected");
    if (failure !== undefined && !stack.hasEnded) throw failure.reason;
    if (stack.hasEnded) await stack.start();
    await work.end();
    const counts = this.#seen().map((count, at) => count - (before[at] ?? 0));
    this.#roundsDone++;
    return {
      underway,
      lost: counts.filter((count) => count < 1).length,
      doubled: sum(counts.map((count) => Math.max(0, count - 1))),
      retries,
      outcome: "recovered",
    };
  }

  async finish(): Promise<string> {
    await Promise.all([this.#provider.stop(), this.#receiver.stop()]);
    const { taken, repetitions, conflicts } = this.#provider;
    const { requests } = this.#receiver;
    return `${this.#roundsDone} rounds: ${taken} mails, of which ${repetitions} were asked for again under their key (${conflicts} with another text); ${requests} webhook requests, ${this.#receiver.repetitions} of them repetitions under the same id`;
  }
}

import { randomUUID } from "node:crypto";
import { dayOfCalls, type Plan } from "../day-of-calls.ts";
import type { Person, Scene, Stage } from "../scene.ts";
import { signVapi, type VapiBody, VapiCall } from "../vapi.ts";
import { tellDashboards, tellLimits } from "../voice-report.ts";

interface Tenant {
  readonly person: Person;
  readonly vapiAssistantId: string;
  readonly vapiPhoneId: string;
  readonly number: string;
}

/** Any number gives a believable day; this one has every kind of call in it. */
const CLINIC_SEED = 11;

/** When the day is over. */
const LAST_HOUR = 23;

const TENANTS: readonly {
  name: string;
  plan: "free" | "pro" | "business";
  calls: readonly Plan[];
}[] = [
  {
    name: "Ada Petersen, plumber",
    plan: "free",
    calls: [
      [8.2, 95],
      [9.1, 0, "customer-did-not-answer"],
      [10.4, 210],
      [13.5, 240],
      [15.2, 300],
      [16.8, 40],
    ],
  },
  {
    name: "Gus Plumbing",
    plan: "pro",
    calls: [
      [7.9, 64],
      [8.1, 131],
      [9.3, 78],
      [11.7, 0, "customer-busy"],
      [14.0, 415],
      [16.1, 188],
    ],
  },
  {
    name: "Helga Clinic",
    plan: "business",
    calls: dayOfCalls(CLINIC_SEED, 18),
  },
];

/** Sends a message as VAPI does, proved by its HMAC credential, and returns the answer. */
async function deliver(
  { url, secrets }: Stage,
  message: VapiBody,
): Promise<Record<string, unknown>> {
  const body = JSON.stringify(message);
  const response = await fetch(`${url}/functions/v1/vapi-webhook`, {
    method: "POST",
    headers: signVapi(body, secrets.vapi),
    body,
  });
  const answer: Record<string, unknown> = await response.json();
  if (!response.ok)
    throw new Error(`vapi-webhook answered ${response.status}: ${JSON.stringify(answer)}`);
  return answer;
}

/** A tenant of the seed, whose assistants and numbers are at VAPI already. */
async function openSeeded(stage: Stage, person: Person): Promise<Tenant> {
  const { data, error } = await stage.service
    .from("phone_numbers")
    .select("phone_number, vapi_phone_id, assistants!inner(vapi_assistant_id)")
    .eq("user_id", person.id)
    .eq("status", "active")
    .order("phone_number")
    .limit(1)
    .single();
  if (error) throw error;
  const { phone_number: number, vapi_phone_id: vapiPhoneId } = data;
  const { vapi_assistant_id: vapiAssistantId } = data.assistants;
  if (number === null || vapiPhoneId === null || vapiAssistantId === null) {
    throw new Error(`The seed gave ${person.name} no number at VAPI.`);
  }
  return { person, vapiAssistantId, vapiPhoneId, number };
}

/** A tenant whose assistant and number are at VAPI already, as after provisioning. */
async function openFor(stage: Stage, name: string, plan: string): Promise<Tenant> {
  const person = await stage.person(name);
  if (person.isSeeded) return openSeeded(stage, person);
  if (plan !== "free") {
    const set = await stage.service
      .from("user_limits")
      .update({ plan_type: plan === "pro" ? "pro" : "business" })
      .eq("user_id", person.id);
    if (set.error) throw set.error;
  }
  const made = await person.client
    .from("assistants")
    .insert({ name: "Reception" })
    .select("id")
    .single();
  if (made.error) throw made.error;
  const [vapiAssistantId, vapiPhoneId] = [randomUUID(), randomUUID()];
  const number = `+1555${String(Math.floor(Math.random() * 10_000_000)).padStart(7, "0")}`;
  const provisioned = await stage.service
    .from("assistants")
    .update({ vapi_assistant_id: vapiAssistantId, provisioning: "ready" })
    .eq("id", made.data.id);
  if (provisioned.error) throw provisioned.error;
  const numbered = await stage.service.from("phone_numbers").insert({
    user_id: person.id,
    phone_number: number,
    friendly_name: "Front desk",
    provider: "twilio",
    twilio_account_sid: `AC${"0".repeat(32)}`,
    vapi_phone_id: vapiPhoneId,
    assistant_id: made.data.id,
    status: "active",
  });
  if (numbered.error) throw numbered.error;
  return { person, vapiAssistantId, vapiPhoneId, number };
}

/** One call from the request to the report; what VAPI is told to allow is how long it lasts. */
async function call(stage: Stage, tenant: Tenant, [hour, wanted, reason]: Plan): Promise<string> {
  // Whatever hour its story names, a call of somebody who just signed up is now: before, it would count in none of
  // their periods. Those of the seed were called in the hours until now.
  const ago = tenant.person.isSeeded ? (LAST_HOUR - hour) * 3_600_000 : 0;
  const startedAt = new Date(Date.now() - ago);
  const one = new VapiCall({
    startedAt,
    assistantId: tenant.vapiAssistantId,
    phoneNumberId: tenant.vapiPhoneId,
    calledNumber: tenant.number,
    customerNumber: `+1555${String(1_000_000 + Math.floor(hour * 10_000))}`,
  });
  const answer = await deliver(stage, one.request());
  if (typeof answer.error === "string") return `refused: “${answer.error}”`;
  const overrides = answer.assistantOverrides;
  const granted =
    typeof overrides === "object" && overrides && "maxDurationSeconds" in overrides
      ? Number(overrides.maxDurationSeconds)
      : wanted;
  const seconds = Math.min(wanted, granted);
  const isConnected = wanted > 0;
  if (isConnected) await deliver(stage, one.status("in-progress", 0));
  const endedReason =
    wanted > granted ? "exceeded-max-duration" : (reason ?? "customer-ended-call");
  await deliver(stage, one.status("ended", seconds, { endedReason }));
  // Nobody spoke: there is nothing to sum up, to judge or to listen to.
  const silent = { startedAt: undefined, durationMs: 0, durationSeconds: 0 };
  const more = isConnected ? {} : { ...silent, analysis: {}, artifact: {} };
  const report = one.report({ seconds, endedReason, more });
  await deliver(stage, report);
  // VAPI sometimes sends a message again.
  if (seconds % 2 === 0) await deliver(stage, report);
  return `${isConnected ? seconds : 0} s of ${granted} s granted, ${endedReason}`;
}

/** Three tenants' calls: one tenant runs out of trial minutes, one has a quiet day, one a busy one. */
async function play(stage: Stage): Promise<void> {
  const tenants: Tenant[] = [];
  for (const { name, plan, calls } of TENANTS) {
    const tenant = await openFor(stage, name, plan);
    tenants.push(tenant);
    stage.say(`  ${name} (${plan}), ${tenant.number}`);
    for (const planned of calls) {
      const told = await call(stage, tenant, planned);
      stage.say(`    ${String(Math.floor(planned[0])).padStart(2, "0")} h  ${told}`);
    }
  }
  const people = tenants.map(({ person }) => person);
  await tellLimits(stage, people);
  await tellDashboards(stage, people);
}

export default { title: "A day of calls of three tenants", play } satisfies Scene;

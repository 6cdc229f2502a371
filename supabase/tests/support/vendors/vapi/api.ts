import { type Answer, type Asked, failure, isObject, type Json } from "./http.ts";
import { newResource, type Organisation, type Resource } from "./state.ts";
import { AssistantBody, NumberBody, sentences } from "./validate.ts";

const INVALID_TOKEN = "twilio-refuses-this-token";
let lastGiven = 0;

function listOf(resources: Map<string, Resource>, query: URLSearchParams): Answer {
  const limit = Number(query.get("limit") ?? 100);
  if (!(limit >= 0 && limit <= 1000)) return failure(400, ["limit must not be greater than 1000"]);
  const tests: ((one: Resource) => boolean)[] = [];
  for (const field of ["createdAt", "updatedAt"] as const) {
    for (const [suffix, holds] of [
      ["Gt", (a: number, b: number) => a > b],
      ["Lt", (a: number, b: number) => a < b],
      ["Ge", (a: number, b: number) => a >= b],
      ["Le", (a: number, b: number) => a <= b],
    ] as const) {
      const bound = query.get(field + suffix);
      if (bound !== null) tests.push((one) => holds(Date.parse(one[field]), Date.parse(bound)));
    }
  }
  const found = [...resources.values()]
    .filter((one) => tests.every((holds) => holds(one)))
    .sort((one, other) => other.createdAt.localeCompare(one.createdAt));
  return { status: 200, body: found.slice(0, limit) };
}

function one(
  resources: Map<string, Resource>,
  id: string,
  { method, body }: Asked,
  valid: (body: Json) => string[],
): Answer {
  const known = resources.get(id);
  if (!known) return failure(404, "Resource not found.");
  if (method === "GET") return { status: 200, body: known };
  if (method === "DELETE") {
    if (known.pinned)
      return { status: 409, body: { error: "assistant_pinned", message: "Pinned." } };
    resources.delete(id);
    return { status: 200, body: known };
  }
  if (method !== "PATCH" || !isObject(body)) return failure(404, "Cannot do that.");
  const problems = valid(body);
  if (problems.length > 0) return failure(400, problems);
  const changed = { ...known, ...body, updatedAt: new Date().toISOString() } as Resource;
  resources.set(id, changed);
  return { status: 200, body: changed };
}

const assistantProblems = (body: Json): string[] => {
  const parsed = AssistantBody.safeParse(body);
  return parsed.success ? [] : sentences(parsed.error);
};

function createNumber({ numbers }: Organisation, body: unknown): Answer {
  const parsed = NumberBody.safeParse(body);
  if (!parsed.success) return failure(400, sentences(parsed.error));
  const wanted = parsed.data;
  if (wanted.provider === "vapi") {
    const { numberDesiredAreaCode: code, ...rest } = wanted;
    if (code.startsWith("9")) {
      return failure(400, `No numbers in area code ${code}. Try 415, 628.`);
    }
    const given = `+1${code}${String(5_550_000 + (++lastGiven % 10_000))}`;
    const fresh = newResource({ ...rest, status: "activating" });
    numbers.set(fresh.id, { ...fresh, number: given, status: "active" });
    return { status: 201, body: fresh };
  }
  if ([...numbers.values()].some(({ number }) => number === wanted.number)) {
    return failure(400, `Existing Phone Number Has Identical \`number\` ${wanted.number}.`);
  }
  if ("twilioAuthToken" in wanted && wanted.twilioAuthToken.includes(INVALID_TOKEN)) {
    return failure(400, "Number Not Found on Twilio. Twilio Error: Authenticate");
  }
  // VAPI's objects echo the secret.
  const fresh = newResource({ ...wanted, status: "active" });
  numbers.set(fresh.id, fresh);
  return { status: 201, body: fresh };
}

function recording({ calls, url }: Organisation, id: string): Answer {
  if (!calls.has(id)) return failure(404, "Artifact not found.");
  const location = `${url}/__files/${id}.wav?signature=${crypto.randomUUID()}`;
  return { status: 302, headers: { location } };
}

/** VAPI's documented REST API. */
export function answerApi(org: Organisation, asked: Asked): Answer {
  if (asked.headers.authorization !== `Bearer ${org.key}`) {
    return failure(401, "Invalid Key. Hot tip, you may be using the public key.");
  }
  const [, kind = "", id, artifact] = asked.path.split("/").map(decodeURIComponent);
  const { method, body, query } = asked;
  if (kind === "assistant" && id === undefined) {
    if (method === "GET") return listOf(org.assistants, query);
    const problems = isObject(body) ? assistantProblems(body) : ["body must be an object"];
    if (problems.length > 0 || !isObject(body)) return failure(400, problems);
    const fresh = newResource(body);
    org.assistants.set(fresh.id, fresh);
    return { status: 201, body: fresh };
  }
  if (kind === "assistant" && id) return one(org.assistants, id, asked, assistantProblems);
  if (kind === "phone-number" && id === undefined) {
    return method === "GET" ? listOf(org.numbers, query) : createNumber(org, body);
  }
  if (kind === "phone-number" && id) return one(org.numbers, id, asked, () => []);
  if (kind === "call" && method === "GET" && id === undefined) return listOf(org.calls, query);
  if (kind === "call" && id && artifact?.endsWith("-recording")) return recording(org, id);
  if (kind === "call" && id) return one(org.calls, id, asked, () => []);
  return failure(404, `Cannot ${method} ${asked.path}`);
}

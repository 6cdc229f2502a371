import type { Input } from "./inputs.ts";
import type { Operation } from "./operations.ts";

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

function parsed(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** The platform's own answer to a request without a valid token or key, before anything of ours is asked. */
function isOfThePlatform({ status, text }: Answer): boolean {
  const body = parsed(text);
  return status === 401 && (body.code === 401 || (!("code" in body) && "message" in body));
}

/**
 * Why an answer is none that the contract names; null if it is. The gateway itself holds bodies to their schemas, and
 * answers 500 in place of one that does not fit.
 */
export function problemOf(operation: Operation, answer: Answer): string | null {
  const { status, text } = answer;
  const named = operation.responses[status];
  if (isOfThePlatform(answer)) return null;
  // PostgREST answers so where JSON is nested deeper than Postgres' stack.
  if (operation.isRpc && status === 500 && parsed(text).code === "54001") return null;
  if (status >= 500 && status !== 503) return "is a failure";
  if (status === 503 && named === undefined) return "is an outage that the contract does not name";
  if (named === undefined) {
    return operation.isRpc && status >= 400 ? problemOfPostgrest(answer) : "has an unnamed status";
  }
  if (status < 400) return null;
  const { code, hint } = parsed(text);
  if (operation.isRpc && !/^PT\d{3}$/.test(String(code))) return problemOfPostgrest(answer);
  const known = JSON.stringify(named.content?.["application/json"]?.schema ?? {});
  const told = operation.isRpc ? hint : code;
  return known.includes(`"${told}"`) ? null : `has the unnamed code ${told}`;
}

/** A refusal that is none of our rules' has a code of Postgres or PostgREST. */
function problemOfPostgrest({ text }: Answer): string | null {
  const { code } = parsed(text);
  return /^([0-9A-Z]{5}|PGRST\d{3})$/.test(String(code)) && !/^PT\d/.test(String(code))
    ? null
    : `has the unnamed code ${code}`;
}

const short = (value: unknown) => {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
};

/** One line by which the request can be sent again. */
export function told(
  caller: string,
  operation: Operation,
  input: Input,
  answer: Answer,
  problem: string,
): string {
  const request = `${caller}: ${operation.method} ${short(input.target)} ${input.media ?? ""} ${short(input.body)}`;
  return `${answer.status} ${problem} | ${request} | ${short(answer.text)}`;
}

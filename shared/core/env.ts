import process from "node:process";
import type { ApiError } from "./api-error.ts";
import { unavailable } from "./errors.ts";

/** An operator has to set a variable, which takes longer than a busy moment. */
const RETRY_SECONDS = 30;

/** The 503 that names the party which cannot be reached while a variable is not set. */
type Unreachable = (reason: string, seconds: number) => ApiError;

interface Shortcoming {
  readonly fault?: string;
  readonly unreachable?: Unreachable;
}

/** A variable is not set that must be, or not to what it must be. Its message names the variable and never shows a value. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
  /** The variable's name, for logs and checklists. */
  readonly variable: string;
  readonly #unreachable: Unreachable;

  constructor(variable: string, shortcoming: Shortcoming = {}) {
    super(`${variable} ${shortcoming.fault ?? "is required but not set"}.`);
    this.variable = variable;
    this.#unreachable = shortcoming.unreachable ?? unavailable;
  }

  /** What a request is answered that needs the variable: only the log line names it. */
  answer(): ApiError {
    return this.#unreachable(this.message, RETRY_SECONDS);
  }
}

/** The value of a variable; undefined when it is not set or blank. Each domain's `env.ts` reads its own ones through this. */
export function read(name: string): string | undefined {
  const value = process.env[name]?.trim();
  return value === "" ? undefined : value;
}

/**
 * A reader of variables that one party cannot be reached without.
 * @example const required = requiredFor<(typeof vapiSecrets)[number]>(voiceProviderUnavailable);
 */
export function requiredFor<Name extends string>(unreachable: Unreachable): (name: Name) => string {
  return (name) => {
    const value = read(name);
    if (value === undefined) throw new EnvironmentError(name, { unreachable });
    return value;
  };
}

const required = requiredFor<string>(unavailable);

/** Whether every one of the variables is set. */
export const areSet = (...names: string[]): boolean =>
  names.every((name) => read(name) !== undefined);

/** The parts of a variable that are separated by commas; none when it is not set. */
export function list(name: string): readonly string[] {
  return (read(name) ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function requireOneOf(names: readonly [string, ...string[]]): void {
  if (!names.some((name) => areSet(name))) throw new EnvironmentError(names[0]);
}

/**
 * Fails when a variable that the platform sets for every function is missing, so that a wrong
 * deployment stops at its start and not at its first request.
 * @param caller who calls the function: only a user's token needs the key set
 * @throws EnvironmentError naming the variable
 * @see https://supabase.com/docs/guides/functions/secrets
 */
export function requirePlatform(caller: "user" | "secret" | "provider"): void {
  required("SUPABASE_URL");
  requireOneOf(["SUPABASE_SECRET_KEYS", "SUPABASE_SECRET_KEY"]);
  if (caller === "provider") return;
  requireOneOf(["SUPABASE_PUBLISHABLE_KEYS", "SUPABASE_PUBLISHABLE_KEY"]);
  if (caller === "user") requireOneOf(["SUPABASE_JWKS", "SUPABASE_JWKS_URL"]);
}

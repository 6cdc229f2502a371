import type { z } from "zod";
import type { components } from "../../supabase/api.types.ts";
import type { Database } from "../../supabase/database.types.ts";
import type { ApiError } from "../core/api-error.ts";

/** What the API answers with, by the names that the contract gives them. */
export type Schemas = components["schemas"];
type SchemaName = keyof Schemas & string;
type ErrorCode = Schemas["ErrorCode"];
type FunctionName = keyof Database["public"]["Functions"];
type MediaType = `${string}/${string}`;

/** What a status comes with: JSON by the name of its schema, another media type, either of them, or nothing. */
export type Content = SchemaName | MediaType | readonly (SchemaName | MediaType)[] | null;

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A method and a path that begins with the function's name: `GET /analytics/calls/:id`. Every parameter is a UUID. */
export type Address = `${Method} /${string}`;

/** What every route says of itself, whoever may call it. */
export interface Described {
  /** One line. */
  readonly summary: string;
  /** What a caller has to know beyond that, in Markdown. */
  readonly description?: string;
  /** The content by status. A value that is returned answers with the lowest. */
  readonly answers: Readonly<Record<number, Content>>;
  /** Functions of the database that refuse on the route's behalf: their codes are the route's as well. */
  readonly rpcs?: readonly FunctionName[];
  /** Further codes, beside those that every route has. */
  readonly refuses?: readonly ErrorCode[];
}

/** What the kernel reads of a request before the handler sees it. */
interface Input {
  /** The `:name` parts of the path: lower-cased UUIDs. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: unknown;
  readonly body: unknown;
}

/** A route as the kernel and the contract know it. */
export interface Route<Context> extends Described {
  readonly address: Address;
  /** The parameters behind the question mark. Without it they are ignored. */
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** How the body is sent, where it is not JSON. Two routes of one address may differ in that. */
  readonly media?: "multipart/form-data";
  /** The most that is read of the body; 256 KiB unless said. */
  readonly maxBytes?: number;
  /** Whether it takes an `Idempotency-Key`. */
  readonly isIdempotent?: boolean;
  handle(context: Context & Input): unknown;
}

type ParamNames<Path extends string> = Path extends `${string}/:${infer Name}/${infer Rest}`
  ? Name | ParamNames<`/${Rest}`>
  : Path extends `${string}/:${infer Name}`
    ? Name
    : never;

type Named<Answer> = Answer extends readonly (infer Each)[] ? Each : Answer;

/** What a handler may return for its answers: a value of a schema, nothing, a response of its own, or a refusal. */
type Result<Answers extends Described["answers"]> =
  | { [Status in keyof Answers]: Value<Named<Answers[Status]>> }[keyof Answers]
  | Response
  | ApiError;
type Value<Name> = Name extends SchemaName ? Schemas[Name] : Name extends null ? undefined : never;

interface Declaration<
  Context,
  Path extends Address,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Answers extends Described["answers"],
> extends Omit<Route<Context>, "address" | "query" | "body" | "answers" | "handle"> {
  readonly query?: Query;
  readonly body?: Body;
  readonly answers: Answers;
  handle(
    context: Context & {
      readonly params: Readonly<Record<ParamNames<Path>, string>>;
      readonly query: z.output<Query>;
      readonly body: z.output<Body>;
    },
  ): Result<Answers> | Promise<Result<Answers>>;
}

/** Makes the function that declares routes for one kind of caller: `userRoute`, `secretRoute`. */
export function routesFor<Context>() {
  return <
    const Path extends Address,
    const Answers extends Described["answers"],
    Query extends z.ZodType = z.ZodUndefined,
    Body extends z.ZodType = z.ZodUndefined,
  >(
    address: Path,
    declaration: Declaration<Context, Path, Query, Body, Answers>,
  ): Route<Context> => ({ address, ...declaration });
}

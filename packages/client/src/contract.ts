import type { DatabaseRefusal } from "../../../shared/core/database-codes.ts";
import type { components, operations } from "../../../supabase/api.types.ts";

export type { Database } from "../../../supabase/database.types.ts";

/** What the API answers with, by name. */
export type Schemas = components["schemas"];

/** An endpoint, or a function of the database, by the name that the contract gives it. */
export type Operation = keyof operations;
/** A function of the database that clients may call. */
export type RpcName = Extract<Operation, `${string}_${string}`>;
/** An endpoint. */
export type EndpointName = Exclude<Operation, RpcName>;

type Responses<Name extends Operation> = operations[Name]["responses"];
type Json<Response> = Response extends { content: { "application/json": infer Body } }
  ? Body
  : never;
type OrNull<Type> = [Type] extends [never] ? null : Type;
type Literal<Type> = Type extends string ? (string extends Type ? never : Type) : never;

/** What an operation answers; null where it answers nothing. */
export type Answer<Name extends Operation> = OrNull<
  {
    [Status in keyof Responses<Name> & (200 | 201 | 202)]: Json<Responses<Name>[Status]>;
  }[keyof Responses<Name> & (200 | 201 | 202)]
>;

type FailureStatus<Name extends Operation> = Exclude<
  keyof Responses<Name>,
  200 | 201 | 202 | 204 | 302 | "default"
>;
/** The database tells a refusal's code as `hint`. */
type CodeIn<Body> = Body extends { hint?: infer Hint }
  ? Literal<Hint>
  : Body extends { code: infer Code }
    ? Literal<Code>
    : never;

/** What PostgREST and Postgres refuse with of their own, as `readError` names it. */
export type DatabaseCode = DatabaseRefusal | "internal";

/** The codes that an operation can fail with; `network` is a request that got no answer. */
export type CodeOf<Name extends Operation> =
  | "network"
  | { [Status in FailureStatus<Name>]: CodeIn<Json<Responses<Name>[Status]>> }[FailureStatus<Name>]
  | (Name extends RpcName ? DatabaseCode : never);

/** Every code that there is. */
export type ErrorCode = Schemas["ErrorCode"] | "network";

/** The parameters behind an endpoint's question mark. */
export type Query<Name extends EndpointName> = NonNullable<operations[Name]["parameters"]["query"]>;

/** The JSON that an endpoint takes. */
export type Body<Name extends EndpointName> = operations[Name] extends {
  requestBody: { content: { "application/json": infer Body } };
}
  ? Body
  : never;

/** The arguments of a function of the database, without their `p_`. */
export type Args<Name extends RpcName> = operations[Name] extends {
  requestBody?: { content: { "application/json": infer Body } };
}
  ? { [Key in keyof Body as Key extends `p_${infer Short}` ? Short : Key]: Body[Key] }
  : never;

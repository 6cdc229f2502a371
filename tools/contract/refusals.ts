import { knownErrors } from "../errors/catalogues.ts";
import type { DeclaredFunction, DeclaredRoute } from "./functions.ts";
import { groupBy } from "./group-by.ts";
import { type JsonSchema, rpcs } from "./schemas.ts";

const statusOf = new Map(knownErrors.map(({ code, status }) => [code, status]));

/** The codes that any request may meet. */
const always = ["internal", "unavailable"];

/** Codes by status, in the order of the statuses. */
export type Refusals = ReadonlyMap<number, readonly string[]>;

function byStatus(codes: Iterable<string>): Refusals {
  const groups = groupBy([...new Set(codes)].sort(), (code) => {
    const status = statusOf.get(code);
    if (status === undefined) throw new Error(`No catalogue has the code ${code}.`);
    return status;
  });
  return new Map([...groups].sort(([a], [b]) => a - b));
}

/** The codes of whoever sends a body. */
const ofAnyBody = [
  "body_incomplete",
  "request_timeout",
  "payload_too_large",
  "unsupported_media_type",
  "invalid_input",
];
const ofMedia = { json: "invalid_json", form: "invalid_form" };

function ofBody({ body, media }: DeclaredRoute): string[] {
  if (body === undefined) return [];
  return [...ofAnyBody, media === undefined ? ofMedia.json : ofMedia.form];
}

const ofCaller: Readonly<Record<DeclaredFunction["caller"], readonly string[]>> = {
  user: ["unauthenticated", "forbidden"],
  secret: ["unauthenticated"],
  anyone: [],
  provider: [
    "body_incomplete",
    "invalid_json",
    "payload_too_large",
    "request_timeout",
    "signature_invalid",
    "signature_missing",
    "signature_stale",
    "webhook_not_configured",
    "verification_unavailable",
  ],
};

/** What every endpoint for people can refuse with: a page names these once. */
export const generalCodes: ReadonlySet<string> = new Set([
  ...always,
  ...ofCaller.user,
  ...ofAnyBody,
  ...Object.values(ofMedia),
  "not_found",
  "method_not_allowed",
]);

/** What a function of the database refuses with by rules of ours; all else is Postgres' and PostgREST's own. */
export function refusalsOfRpc(name: string): Refusals {
  return byStatus(declared(name));
}

function declared(name: string): readonly string[] {
  const rpc = rpcs.get(name);
  if (rpc === undefined) throw new Error(`No domain declares the function ${name}.`);
  return rpc.refuses ?? [];
}

/** What routes of one address refuse with: by what they take, who calls, what they call, and what they say themselves. */
export function refusalsOfRoutes(
  routes: readonly DeclaredRoute[],
  caller: DeclaredFunction["caller"],
): Refusals {
  return byStatus([
    ...always,
    ...ofCaller[caller],
    ...routes.flatMap((route) => [
      ...ofBody(route),
      ...(route.address.includes("/:") ? ["not_found"] : []),
      ...(route.query !== undefined || route.isIdempotent ? ["invalid_input"] : []),
      ...(route.rpcs ?? []).flatMap(declared),
      ...(route.refuses ?? []),
    ]),
  ]);
}

/** Refusals as OpenAPI has them. */
export function refusalResponses(
  refusals: Refusals,
  envelope: "Error" | "DatabaseError",
): Record<string, JsonSchema> {
  return Object.fromEntries(
    [...refusals].map(([status, codes]) => [
      String(status),
      refusalResponse(status, codes, envelope),
    ]),
  );
}

/** PostgREST tells a refusal's code as `hint`; its own `code` is Postgres' SQLSTATE. */
const codeKey = { Error: "code", DatabaseError: "hint" } as const;

function refusalResponse(
  status: number,
  codes: readonly string[],
  envelope: "Error" | "DatabaseError",
) {
  const schema = {
    allOf: [
      { $ref: `#/components/schemas/${envelope}` },
      { type: "object", properties: { [codeKey[envelope]]: { enum: [...codes] } } },
    ],
  };
  return {
    description: codes.map((code) => `\`${code}\``).join(", "),
    ...(status === 429 || status === 503
      ? { headers: { "Retry-After": { $ref: "#/components/headers/RetryAfter" } } }
      : {}),
    content: { "application/json": { schema } },
  };
}

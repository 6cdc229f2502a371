/** The head of docs/api/errors.md: who refuses in which shape. A test runs its examples. */
export const howToRead = `## How to read one

supabase-js throws nothing: each call gives \`{ data, error }\`, and what is in \`error\` depends on who refused. A test runs these
examples, as \`supabase\`, a signed-in supabase-js client.

**An endpoint** refuses with a body, which \`error.context\`, a Response, gives once. The message of \`error\` itself is always
"Edge Function returned a non-2xx status code".

\`\`\`ts run
const { error: notFound } = await supabase.functions.invoke("ticket-reply", {
  body: { ticket_id: crypto.randomUUID(), body: "Hello?" },
});
const fromEndpoint = await notFound.context.json();
// { code: "ticket_not_found", message: "There is no such ticket.", request_id: "…" }; the status is notFound.context.status
\`\`\`

**SQL** refuses a call of an RPC and a write to a table alike: the code is in \`hint\`, the details are JSON.

\`\`\`ts run
const { error: badRange } = await supabase.rpc("analytics_dashboard", { p_from: "2026-03-31", p_to: "2026-03-01" });
const fromRpc = badRange.hint; // "invalid_range"
const { error: unknownKey } = await supabase.from("assistants").insert({ name: "Reception", configuration: { tools: [] } });
const fromTable = { code: unknownKey.hint, ...JSON.parse(unknownKey.details) };
// { code: "invalid_configuration", key: "tools", reason: "unknown_key" }
\`\`\`

**A CHECK constraint** refuses a value with \`23514\`. The name of the constraint, which [the schema](../schema.md) lists, says
what is allowed.

\`\`\`ts run
const { error: tooShort } = await supabase.from("profiles").update({ full_name: "" }).eq("id", userId);
const constraint = tooShort.message.match(/constraint "(\\w+)"/)[1]; // "full_name_is_1_to_200_characters"
\`\`\`

**Postgres and PostgREST** refuse with a code of their own in \`error.code\`, here for a row that is not there:

\`\`\`ts run
const { error: noRow } = await supabase.from("live_classes").select("id").eq("id", crypto.randomUUID()).single();
const fromPostgrest = noRow.code; // "PGRST116"
\`\`\`

| \`error.code\` | status | meaning |
|---|---|---|
| \`PT…\` | the digits | a refusal of ours: read \`hint\` |
| \`22…\` | 400 | a value of another type, such as a text that is no uuid |
| \`23503\` | 409 | what the row refers to is not there |
| \`23505\` | 409 | there is such a row already |
| \`23514\` | 400 | a CHECK constraint |
| \`42501\` | 403, or 401 without a token | a policy or a missing right: the row, the column or the function is not the caller's |
| \`57014\` | 500 | the request took too long |
| \`PGRST116\` | 406 | \`single()\` found none or several; \`maybeSingle()\` gives null for none |
| \`PGRST202\` | 404 | no RPC of that name with these arguments |
| \`PGRST204\` | 400 | no such column |
| \`PGRST301\`, \`PGRST303\` | 401 | the token is not valid or has expired: sign in again |

**Nothing answered**: an endpoint gives an error of the name \`FunctionsFetchError\`; an RPC or a table gives the \`status\` 0 and an
empty \`code\`.

\`\`\`ts run
const { error: unreachedEndpoint } = await offline.functions.invoke("user-limits", { method: "GET" });
const { error: unreachedRpc, status: statusOfNothing } = await offline.rpc("user_limits_overview");
const unreached = [unreachedEndpoint.name, unreachedRpc.code, statusOfNothing]; // ["FunctionsFetchError", "", 0]
\`\`\`

A 429 and a 503 have a \`Retry-After\` header in seconds. Of an endpoint it is \`error.context.headers.get("retry-after")\`. For SQL's
429 it is also \`retry_after_seconds\` in the details.
`;

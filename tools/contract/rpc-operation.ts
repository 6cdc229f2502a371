import type { CatalogFunction } from "./catalog.ts";
import { tagOf } from "./fixed-parts.ts";
import { refusalResponses, refusalsOfRpc } from "./refusals.ts";
import { answerSchema, columnsOf, inputSchema, type Operation, rpcs } from "./schemas.ts";

const databaseError = {
  "application/json": { schema: { $ref: "#/components/schemas/DatabaseError" } },
};

/** A function of the database as an operation: by the catalog, and by what its domain declares. */
export function rpcOperation({
  name,
  is_for_users,
  args,
  answer,
  columns,
}: CatalogFunction): Operation {
  const rpc = rpcs.get(name);
  if (rpc === undefined) throw new Error(`No domain declares the function ${name}.`);
  const unknown = Object.keys(rpc.args ?? {}).filter(
    (arg) => !args.some((each) => each.name === arg),
  );
  if (unknown.length > 0) throw new Error(`${name} has no argument ${unknown.join(", ")}.`);
  if ((answer === null) !== (rpc.answer !== undefined)) {
    throw new Error(`${name} ${answer === null ? "lacks its" : "needs no"} declared answer.`);
  }
  if (columns !== null && rpc.answer !== undefined) {
    const declared = columnsOf(rpc.answer);
    if (declared.join() !== columns.join()) {
      throw new Error(`${name} answers ${columns.join()}, and declares ${declared.join()}.`);
    }
  }
  const schema = answer ?? (rpc.answer ? answerSchema(rpc.answer) : {});
  const properties = args.map((arg) => {
    const told = Object.entries(rpc.args ?? {}).find(([key]) => key === arg.name)?.[1];
    if (told === undefined) return [arg.name, arg.schema];
    return [
      arg.name,
      typeof told === "string" ? { ...arg.schema, description: told } : inputSchema(told),
    ];
  });
  const required = args.filter(({ isRequired }) => isRequired).map((arg) => arg.name);
  const body = {
    type: "object",
    properties: Object.fromEntries(properties),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
  return {
    operationId: name,
    summary: rpc.summary,
    ...(rpc.description === undefined ? {} : { description: rpc.description }),
    tags: [tagOf[rpc.domain]],
    security: [is_for_users ? { publishableKey: [], accessToken: [] } : { secretKey: [] }],
    requestBody: {
      required: required.length > 0,
      content: { "application/json": { schema: body } },
    },
    responses: {
      ...(schema.type === "null"
        ? { 204: { description: "Done; nothing to say." } }
        : { 200: { description: "The answer.", content: { "application/json": { schema } } } }),
      401: {
        description: "Without a valid access token or key.",
        content: databaseError,
      },
      ...refusalResponses(refusalsOfRpc(name), "DatabaseError"),
      default: {
        description:
          "A refusal by Postgres or PostgREST, with a SQLSTATE or `PGRST…` in `code`: a bad value, a missing right, a busy database.",
        content: databaseError,
      },
    },
  };
}

import type { CatalogFunction } from "./catalog.ts";
import { endpointOperation } from "./endpoint-operation.ts";
import { envelopes } from "./envelopes.ts";
import { withExample } from "./examples/with-example.ts";
import { headers, info, parameters, securitySchemes, servers, tags } from "./fixed-parts.ts";
import type { DeclaredFunction } from "./functions.ts";
import { groupBy } from "./group-by.ts";
import { rpcOperation } from "./rpc-operation.ts";
import { answerSchemas, type JsonSchema, type Operation, rpcs } from "./schemas.ts";

/** The contract as an OpenAPI document: the endpoints by their declarations, the functions of the database by catalog and declaration. */
export function openApiDocument(
  functions: ReadonlyMap<string, DeclaredFunction>,
  catalog: readonly CatalogFunction[],
): JsonSchema {
  const unknown = [...rpcs.keys()].filter((name) => !catalog.some((each) => each.name === name));
  if (unknown.length > 0) throw new Error(`The database has no function ${unknown.join(", ")}.`);
  const paths: Record<string, Record<string, Operation>> = {};
  const signatures: Record<string, JsonSchema> = {};
  for (const [name, declared] of functions) {
    for (const [address, routes] of groupBy(declared.routes, (route) => route.address)) {
      const [method = "", path = ""] = address.split(" ");
      const [first, ...others] = routes;
      if (first === undefined) continue;
      if (first.signature) signatures[name] = first.signature;
      const place = `/functions/v1${path.replaceAll(/:(\w+)/g, "{$1}")}`;
      paths[place] ??= {};
      paths[place][method.toLowerCase()] = withExample(
        endpointOperation(name, declared, [first, ...others]),
      );
    }
  }
  // What serves the server's own steps alone, and no domain declares, is nobody else's business.
  for (const each of catalog.filter(({ name, is_for_users }) => is_for_users || rpcs.has(name)))
    paths[`/rest/v1/rpc/${each.name}`] = { post: withExample(rpcOperation(each)) };
  return {
    openapi: "3.1.1",
    info,
    servers,
    tags,
    paths,
    components: {
      securitySchemes: { ...securitySchemes, ...signatures },
      parameters,
      headers,
      schemas: { ...envelopes, ...answerSchemas() },
    },
  };
}

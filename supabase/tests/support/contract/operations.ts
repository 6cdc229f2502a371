import { readFileSync } from "node:fs";

/** A JSON Schema of a request, as the contract has it: without references. */
export interface Schema {
  readonly [keyword: string]: unknown;
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly schema: Schema;
}

interface Response {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

/** One method of one path of docs/openapi.json. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** From the root of the gateway, with `{id}`. */
  readonly path: string;
  readonly isRpc: boolean;
  readonly parameters: readonly Parameter[];
  /** By media type. */
  readonly bodies: readonly (readonly [media: string, schema: Schema])[];
  readonly responses: Readonly<Record<string, Response>>;
}

interface Reference {
  readonly $ref: string;
}

interface Document {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly operationId: string;
            readonly parameters?: readonly (Parameter | Reference)[];
            readonly requestBody?: Required<Response>;
            readonly responses: Readonly<Record<string, Response>>;
          }
        >
      >
    >
  >;
  readonly components: { readonly parameters: Readonly<Record<string, Parameter>> };
}

/** What takes something away comes after what needs it. */
function rank({ method, path }: Operation): number {
  if (path.includes("account_deletion")) return 2;
  return method === "DELETE" || path.includes("/delete_") ? 1 : 0;
}

/** All operations of the contract, in an order in which none takes away what a later one needs. */
export function readOperations(): Operation[] {
  const file = new URL("../../../../docs/openapi.json", import.meta.url);
  const document: Document = JSON.parse(readFileSync(file, "utf8"));
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { operationId, parameters = [], requestBody, responses }]) => ({
        id: operationId,
        method: method.toUpperCase(),
        path,
        isRpc: path.startsWith("/rest/v1/rpc/"),
        parameters: parameters.map((each) => {
          if (!("$ref" in each)) return each;
          const parameter = document.components.parameters[each.$ref.split("/").at(-1) ?? ""];
          if (parameter === undefined) throw new Error(`The contract has no ${each.$ref}.`);
          return { ...parameter, required: false };
        }),
        bodies: Object.entries(requestBody?.content ?? {}).map(
          ([media, { schema }]) => [media, schema] as const,
        ),
        responses,
      }),
    ),
  );
  return operations.sort((a, b) => rank(a) - rank(b));
}

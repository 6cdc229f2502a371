import { withClient } from "../../local/with-client.ts";
import type { JsonSchema } from "./schemas.ts";

/** What the database knows of a function of the API. */
export interface CatalogFunction {
  readonly name: string;
  /** Whether a signed-in person may execute it; else the secret key is needed. */
  readonly is_for_users: boolean;
  readonly args: readonly {
    readonly name: string;
    readonly isRequired: boolean;
    readonly schema: JsonSchema;
  }[];
  /** Null where only the declaration knows it: the catalog knows nothing of a `jsonb`, and of a table neither what is null nor what it means. */
  readonly answer: JsonSchema | null;
  /** Of a table that it returns. */
  readonly columns: readonly string[] | null;
}

interface TypeRow {
  readonly oid: number;
  readonly name: string;
  readonly kind: string;
  readonly element: number;
  readonly base: number;
  readonly labels: string[] | null;
  readonly columns:
    | { name: string; type: number; is_nullable: boolean; comment: string | null }[]
    | null;
}

interface FunctionRow {
  readonly name: string;
  readonly is_for_users: boolean;
  readonly arg_names: string[];
  readonly arg_types: number[];
  readonly defaults: number;
  readonly returns: number;
  readonly is_set: boolean;
  readonly columns: string[] | null;
}

const functionsSql = `
  select p.proname as name, has_function_privilege('authenticated', p.oid, 'execute') as is_for_users,
         coalesce(p.proargnames[1:p.pronargs], array[]::text[]) as arg_names,
         p.proargtypes::oid[]::int8[]::int[] as arg_types,
         p.pronargdefaults as defaults, p.prorettype::int8::int as returns, p.proretset as is_set,
         (select jsonb_agg(p.proargnames[place] order by place)
            from pg_catalog.generate_subscripts(p.proargmodes, 1) place where p.proargmodes[place] = 't') as columns
    from pg_catalog.pg_proc p
   where p.pronamespace = 'public'::regnamespace and p.prokind = 'f'
     and p.prorettype <> 'trigger'::regtype
   order by 1`;

const typesSql = `
  select t.oid::int8::int as oid, t.typname as name, t.typtype as kind,
         case when t.typcategory = 'A' then t.typelem else 0 end::int8::int as element, t.typbasetype::int8::int as base,
         (select array_agg(e.enumlabel::text order by e.enumsortorder) from pg_catalog.pg_enum e where e.enumtypid = t.oid) as labels,
         (select jsonb_agg(jsonb_build_object('name', a.attname, 'type', a.atttypid::int8, 'is_nullable', not a.attnotnull,
                   'comment', pg_catalog.col_description(a.attrelid, a.attnum)) order by a.attnum)
            from pg_catalog.pg_attribute a where t.typrelid <> 0 and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped) as columns
    from pg_catalog.pg_type t`;

const plain: Readonly<Record<string, JsonSchema>> = {
  uuid: { type: "string", format: "uuid" },
  text: { type: "string" },
  varchar: { type: "string" },
  bool: { type: "boolean" },
  int2: { type: "integer" },
  int4: { type: "integer" },
  int8: { type: "integer" },
  float8: { type: "number" },
  numeric: { type: "number" },
  date: { type: "string", format: "date" },
  timestamptz: { type: "string", format: "date-time" },
  json: {},
  jsonb: {},
};

class Types {
  readonly #rows: ReadonlyMap<number, TypeRow>;

  constructor(rows: readonly TypeRow[]) {
    this.#rows = new Map(rows.map((row) => [row.oid, row]));
  }

  isJson(oid: number): boolean {
    return /^jsonb?$/.test(this.#rows.get(oid)?.name ?? "");
  }

  isVoid(oid: number): boolean {
    return this.#rows.get(oid)?.name === "void";
  }

  /** @throws Error for a type that no function of the API has had so far */
  schemaOf(oid: number): JsonSchema {
    const type = this.#rows.get(oid);
    if (type === undefined) throw new Error(`There is no type ${oid}.`);
    if (type.element !== 0) return { type: "array", items: this.schemaOf(type.element) };
    if (type.kind === "d") return this.schemaOf(type.base);
    if (type.labels !== null) return { type: "string", enum: type.labels };
    if (type.columns !== null) return this.#row(type.columns);
    const schema = plain[type.name];
    if (schema === undefined) throw new Error(`The contract knows no schema for ${type.name}.`);
    return { ...schema };
  }

  #row(columns: NonNullable<TypeRow["columns"]>): JsonSchema {
    const properties = columns.map(({ name, type, is_nullable, comment }) => {
      const schema = this.schemaOf(type);
      const nullable = is_nullable ? orNull(schema) : schema;
      return [name, comment === null ? nullable : { ...nullable, description: comment }];
    });
    return {
      type: "object",
      properties: Object.fromEntries(properties),
      required: columns.map(({ name }) => name),
    };
  }
}

function orNull(schema: JsonSchema): JsonSchema {
  if (Array.isArray(schema.enum))
    return { ...schema, type: ["string", "null"], enum: [...schema.enum, null] };
  return typeof schema.type === "string" ? { ...schema, type: [schema.type, "null"] } : schema;
}

function answerOf(row: FunctionRow, types: Types): JsonSchema | null {
  if (row.columns !== null || types.isJson(row.returns)) return null;
  if (types.isVoid(row.returns)) return { type: "null" };
  const one = types.schemaOf(row.returns);
  return row.is_set ? { type: "array", items: one } : one;
}

/** The functions of the API, by the catalog. */
export function readFunctions(databaseUrl: string): Promise<CatalogFunction[]> {
  return withClient(databaseUrl, async (client) => {
    const types = new Types((await client.query<TypeRow>(typesSql)).rows);
    const { rows } = await client.query<FunctionRow>(functionsSql);
    return rows.map((row) => ({
      name: row.name,
      is_for_users: row.is_for_users,
      args: row.arg_names.map((name, place) => ({
        name,
        isRequired: place < row.arg_names.length - row.defaults,
        schema: types.schemaOf(row.arg_types[place] ?? 0),
      })),
      answer: answerOf(row, types),
      columns: row.columns,
    }));
  });
}

import type { DomainType, Relation, Schema } from "./model.ts";

/** `public.profiles` without its schema when that is `public`. */
export function shortName(schema: string, name: string): string {
  return schema === "public" ? name : `${schema}.${name}`;
}

/** The schema, indexed by name. */
export class SchemaIndex {
  readonly #relations = new Map<string, Relation>();
  readonly schema: Schema;

  constructor(schema: Schema) {
    this.schema = schema;
    for (const each of schema.relations) this.#relations.set(`${each.schema}.${each.name}`, each);
  }

  relation(schema: string, name: string): Relation | undefined {
    return this.#relations.get(`${schema}.${name}`);
  }

  relationsIn(schema: string): Relation[] {
    return this.schema.relations.filter((each) => each.schema === schema);
  }

  /** The values of an enum by its `schema.name`. */
  enumValues(type: string | null): string[] | null {
    if (type === null) return null;
    return this.schema.enums.find((each) => `${each.schema}.${each.name}` === type)?.values ?? null;
  }

  /** A domain by its name as a column's type shows it. */
  domain(type: string): DomainType | undefined {
    return this.schema.domains.find((each) => `${each.schema}.${each.name}` === type);
  }
}

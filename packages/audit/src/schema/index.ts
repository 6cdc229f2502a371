export { schemaOfDatabase, schemaOfMigrations } from "../database-schema.ts";
export { type MigrationFile, readMigrationFiles } from "../scratch/migration-files.ts";
export { isOwnSchema, type Policy, type Relation, type Schema } from "./model.ts";
export { readSchema } from "./read-schema.ts";

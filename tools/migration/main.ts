import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { forgetLibpqVariables } from "../../local/libpq-variables.ts";
import { projectRoot } from "../../local/project.ts";
import { draftMigration } from "./draft.ts";
import { sealMigrations } from "./seal.ts";

// Drafts the migration that brings a database of the migrations to the schema files, or seals it once it is read. A
// person reads it: a renamed column or enum value, for example, comes out as one that is dropped and one that is made.

const [argument = ""] = process.argv.slice(2);
const supabase = join(projectRoot, "supabase");
if (argument === "--seal") {
  const names = sealMigrations(supabase);
  console.log(names.length === 0 ? "Every migration is sealed already." : names.join("\n"));
} else if (/^[a-z][a-z0-9_]*$/.test(argument)) {
  forgetLibpqVariables();
  await writeDraft(argument);
} else {
  console.error(
    "npm run migration -- <name>, in lower case with underscores, or npm run migration -- --seal.",
  );
  process.exitCode = 2;
}

async function writeDraft(name: string): Promise<void> {
  const draft = await draftMigration();
  if (draft === "") {
    console.log("The migrations make what the schema files make: there is nothing to draft.");
    return;
  }
  const version = new Date().toISOString().replaceAll(/\D/g, "").slice(0, 14);
  const file = `${version}_${name}.sql`;
  writeFileSync(join(supabase, "migrations", file), `${draft}\n`);
  console.log(
    `supabase/migrations/${file} is a draft: read it, run the tests, then npm run migration -- --seal.`,
  );
}

import { readFunctions } from "./catalog.ts";
import { declaredFunctions } from "./functions.ts";
import { openApiDocument } from "./openapi.ts";

/** `docs/openapi.json`: what the code declares and the database knows. */
export async function generateContract(databaseUrl: string): Promise<string> {
  const document = openApiDocument(await declaredFunctions(), await readFunctions(databaseUrl));
  return `${JSON.stringify(document, null, 2)}\n`;
}

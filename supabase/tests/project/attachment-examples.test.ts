import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { png } from "../fixtures/files/samples.ts";
import { openTicket } from "../support/attachments.ts";
import { createUser } from "../support/users.ts";

const page = fileURLToPath(new URL("../../../docs/api/attachments.md", import.meta.url));

/** The blocks that are marked to be run, in their order. */
const examples = [...readFileSync(page, "utf8").matchAll(/^```ts run\n([\s\S]*?)^```$/gm)].map(
  ([, code]) => code ?? "",
);

it("every example of the attachments page runs as it stands, and none is refused", async () => {
  const folder = mkdtempSync(join(tmpdir(), "switchboard-examples-"));
  try {
    const customer = await createUser();
    const ticketId = await openTicket(customer);
    // Every destructured answer also gives its error, so that a refusal cannot go unseen.
    const code = examples
      .join("\n")
      .replaceAll(/^const \{ data: (\w+) \}/gm, "const { data: $1, error: $1_error }");
    const names = [...code.matchAll(/\b(?:data|error): (\w+)/g)].flatMap(([, name]) => name ?? []);
    const module = join(folder, "examples.mjs");
    writeFileSync(
      module,
      `export default async (customer, ticketId, picture) => {\n${code}\nreturn { ${names.join(", ")} };\n};\n`,
    );
    const { default: run } = await import(pathToFileURL(module).href);
    const results: Record<string, unknown> = await run(customer.client, ticketId, png());

    expect(results).toMatchObject({
      announced_error: null,
      uploading: null,
      ready_error: null,
      ready: { file_name: "empty page.png", content_type: "image/png", state: "ready" },
      attached_error: null,
      attached: { file_name: "export.csv", state: "ready" },
      link_error: null,
      deleting: null,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

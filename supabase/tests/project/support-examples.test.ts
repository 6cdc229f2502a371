import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { createUser } from "../support/users.ts";

const page = fileURLToPath(new URL("../../../docs/api/support.md", import.meta.url));

/** The blocks that are marked to be run, in their order. */
const examples = [...readFileSync(page, "utf8").matchAll(/^```ts run\n([\s\S]*?)^```$/gm)].map(
  ([, code]) => code ?? "",
);
it("every example of the support page runs as it stands, and none is refused", async () => {
  const folder = mkdtempSync(join(tmpdir(), "switchboard-examples-"));
  try {
    const [customer, agent] = await Promise.all([createUser(), createUser("agent")]);
    // Every destructured answer also gives its error, so that a refusal cannot go unseen.
    const code = examples
      .join("\n")
      .replaceAll(/^const \{ data: (\w+) \}/gm, "const { data: $1, error: $1_error }");
    const errorNames = [...code.matchAll(/\berror: (\w+)/g)].flatMap(([, name]) => name ?? []);
    const names = [...code.matchAll(/\bdata: (\w+)/g)].flatMap(([, name]) => name ?? []);
    const module = join(folder, "examples.mjs");
    writeFileSync(
      module,
      `export default async (customer, agent, agentId) => {\n${code}\nreturn { ${[...names, ...errorNames].join(", ")} };\n};\n`,
    );
    const { default: run } = await import(pathToFileURL(module).href);
    const results: Record<string, unknown> = await run(customer.client, agent.client, agent.id);

    expect(errorNames.length).toBeGreaterThanOrEqual(examples.length);
    expect(errorNames.map((name) => [name, results[name]])).toEqual(
      errorNames.map((name) => [name, null]),
    );
    expect(results).toMatchObject({
      ticket: { status: "open" },
      tickets: [{ subject: "Charged twice" }],
      sla: { first_response_state: "on_track" },
      answered: { ticket: { status: "resolved" } },
      page: {
        messages: [{ body: "Here is my statement.", replies: [{ body: "Refunded, sorry." }] }],
      },
      survey: { rating: 5 },
      rated: { is_open: false, surveys: [{ rating: 4 }] },
      stats: { volumes: { by_category: {} } },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

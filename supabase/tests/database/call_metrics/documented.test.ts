import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../../../../local/project.ts";
import { withClient } from "../../../../local/with-client.ts";
import { testDatabaseUrl } from "../../support/resources.ts";

it("docs/api/analytics.md says what each figure of the dashboard is", async () => {
  const { rows } = await withClient(testDatabaseUrl(), (client) =>
    client.query<{ shown_as: string }>(
      "select shown_as from private.call_metrics where shown_as is not null",
    ),
  );
  const page = await readFile(join(projectRoot, "docs", "api", "analytics.md"), "utf8");
  expect(rows.length).toBeGreaterThan(5);
  expect(rows.filter(({ shown_as }) => !page.includes(`\n| ${shown_as} | `))).toEqual([]);
});

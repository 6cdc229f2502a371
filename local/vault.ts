import { withClient } from "./with-client.ts";

/** Sets Vault entries by name, as an operator does on the platform. */
export async function writeVaultEntries(
  superuserUrl: string,
  entries: Record<string, string>,
): Promise<void> {
  return withClient(superuserUrl, async (client) => {
    for (const [name, value] of Object.entries(entries)) {
      const updated = await client.query(
        "select vault.update_secret(id, $2) from vault.secrets where name = $1",
        [name, value],
      );
      if (updated.rowCount === 0)
        await client.query("select vault.create_secret($2, $1)", [name, value]);
    }
  });
}

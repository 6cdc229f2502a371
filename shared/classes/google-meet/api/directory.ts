import { z } from "zod";
import type { VendorClient } from "../../../vendor/client.ts";
import { isVendorStatus } from "../../../vendor/error.ts";

const User = z.object({
  primaryEmail: z.string().min(1),
  // `emails` holds what people write about themselves; aliases are the domain's.
  aliases: z.array(z.string()).default([]),
});

/**
 * The addresses of an account, primary first. Empty when the domain has no such account, undefined
 * when it does not say: the caller may not ask about that one.
 * @throws VendorError
 * @see https://developers.google.com/admin-sdk/directory/reference/rest/v1/users/get
 */
export async function findAddresses(
  directory: VendorClient,
  userKey: string,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  const query = {
    projection: "basic",
    viewType: "domain_public",
    fields: "id,primaryEmail,aliases",
  };
  try {
    const { primaryEmail, aliases } = await directory(["users", userKey], User, { query, signal });
    return [primaryEmail, ...aliases];
  } catch (error) {
    if (isVendorStatus(error, 404)) return [];
    if (isVendorStatus(error, 403) && error.reason === "forbidden") return undefined;
    throw error;
  }
}

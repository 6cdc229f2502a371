import { googleError } from "./answers.ts";
import type { World } from "./world.ts";

export const DIRECTORY_SCOPE = "https://www.googleapis.com/auth/admin.directory.user.readonly";

/** Directory: a user of the domain by id; who is not of the domain is not found. */
export function answerDirectory(world: World, url: URL): Response {
  const user = world.users.get(url.pathname.split("/").at(-1) ?? "");
  if (url.searchParams.get("viewType") !== "domain_public") return googleError(403);
  return user ? Response.json(user) : googleError(404);
}

// The one place where the audit's tests reach outside of it: for a Postgres to run on.
export { startPlatform } from "../../scratch-platform.ts";

/** The same work, for endpoints that failed last: as tasks of their own they take no place from the others. */
export { run } from "./deliver_webhooks.ts";

/** What keeps an audit from running at all; the message is one sentence for the person who asked. Exit code 2. */
export class AuditError extends Error {
  override name = "AuditError";
}

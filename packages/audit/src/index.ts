export { type Audit, type AuditOptions, audit } from "./audit.ts";
export { AuditError } from "./audit-error.ts";
export { readProjectFacts } from "./project.ts";
export { endOnSignal, type Output, terminal } from "./terminal.ts";

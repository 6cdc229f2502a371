import { accountErrors } from "../../shared/accounts/errors.ts";
import { classErrors } from "../../shared/classes/errors.ts";
import type { ErrorDefinition } from "../../shared/core/api-error.ts";
import { coreErrors } from "../../shared/core/errors.ts";
import { mailErrors } from "../../shared/mail/errors.ts";
import { supportErrors } from "../../shared/support/errors.ts";
import { voiceErrors } from "../../shared/voice/errors.ts";
import { webhookErrors } from "../../shared/webhook/errors.ts";

/** A code of the API and the room of `shared/` that it belongs to. */
export interface KnownError extends ErrorDefinition {
  readonly room: string;
  readonly code: string;
}

const catalogues = {
  core: coreErrors,
  webhook: webhookErrors,
  accounts: accountErrors,
  mail: mailErrors,
  voice: voiceErrors,
  classes: classErrors,
  support: supportErrors,
};

/** Every code that a client may meet. One without a message is refused by SQL alone. */
export const knownErrors: readonly KnownError[] = Object.entries(catalogues).flatMap(
  ([room, catalogue]) =>
    Object.entries<ErrorDefinition>(catalogue).map(([code, definition]) => ({
      room,
      code,
      ...definition,
    })),
);

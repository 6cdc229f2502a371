import type { Db } from "../../core/db.ts";
import { callMaybe, rpc } from "../../db/call.ts";
import { done, type TaskHandler } from "../../tasks/task-handler.ts";
import { isVendorStatus, VendorError } from "../../vendor/error.ts";
import { type VapiOperations, vapiOperations } from "../vapi/api.ts";
import { assistantBody } from "../vapi/assistant-body.ts";
import { refusalSentences, vapiClient } from "../vapi/client.ts";
import { AssistantConfiguration } from "../vapi/configuration.ts";
import { taggedAssistant } from "../vapi/tags.ts";

const readAssistant = (db: Db, id: string) =>
  callMaybe(() =>
    db
      .from("assistants")
      .select("id, name, configuration, vapi_assistant_id, revision")
      .eq("id", id)
      .maybeSingle(),
  );

type Assistant = NonNullable<Awaited<ReturnType<typeof readAssistant>>>;
type Body = ReturnType<typeof assistantBody>;

/** Changes what VAPI has; null when VAPI has lost it. */
async function update(vapi: VapiOperations, vapiId: string, body: Body): Promise<string | null> {
  try {
    return (await vapi.updateAssistant(vapiId, body)).id;
  } catch (error) {
    if (isVendorStatus(error, 404)) return null;
    throw error;
  }
}

/** Creates it, unless an earlier try may have: then what carries our tag is taken over. Null when the row is gone. */
async function create(
  db: Db,
  vapi: VapiOperations,
  id: string,
  body: Body,
): Promise<string | null> {
  const begun = await rpc(db, "begin_vapi_creation", { p_assistant_id: id });
  if (begun === "gone") return null;
  if (begun === "begun_before") {
    const twins = await vapi.listAssistants();
    const twin = twins.find(({ metadata }) => taggedAssistant(metadata) === id);
    const adopted = twin && (await update(vapi, twin.id, body));
    if (adopted) return adopted;
  }
  return (await vapi.createAssistant(body)).id;
}

async function synchronise(db: Db, vapi: VapiOperations, assistant: Assistant) {
  const { id, name, configuration, vapi_assistant_id: known } = assistant;
  const body = assistantBody({
    id,
    name,
    configuration: AssistantConfiguration.parse(configuration),
  });
  const kept = known === null ? null : await update(vapi, known, body);
  if (kept !== null) return kept;
  if (known !== null) {
    await rpc(db, "record_vapi_assistant_deleted", { p_vapi_assistant_id: known });
  }
  return await create(db, vapi, id, body);
}

/** The parts of a body that come from the owner: a sentence about one of them may be told to him. */
const OWNERS_PARTS =
  /^(name|firstMessage|model|voice|transcriber|analysisPlan|maxDurationSeconds)\b/;

/** Our code, and VAPI's sentences as far as they are about what the owner wrote. */
function reasonFor(code: string, error: VendorError): string {
  const sentences = refusalSentences(error.body()).filter((sentence) =>
    OWNERS_PARTS.test(sentence),
  );
  return [code, ...sentences.slice(0, 3)].join(": ");
}

/** What the owner is told, if it is for him to know; null while trying again will do. */
function provisioningError(error: VendorError): string | null {
  if (error.status === 402) return "provider_credits_exhausted";
  return error.status === 400 || error.status === 422
    ? reasonFor("configuration_refused", error)
    : null;
}

/**
 * VAPI shall have the assistant as its row is now: created with our tag, or changed. A refusal that trying again cannot
 * mend shows in `provisioning_error`; the version that VAPI had before stays in use.
 */
export const run: TaskHandler = async ({ task, db, signal }) => {
  const assistant = await readAssistant(db, task.resource_id);
  if (!assistant) return done();
  const { id, revision } = assistant;
  try {
    const vapiId = await synchronise(db, vapiOperations(vapiClient(), signal), assistant);
    if (vapiId === null) return done();
    await rpc(db, "record_assistant_provisioned", {
      p_assistant_id: id,
      p_vapi_assistant_id: vapiId,
      p_revision: revision,
    });
    return done();
  } catch (error) {
    if (!(error instanceof VendorError)) throw error;
    const reason = provisioningError(error);
    if (reason === null) throw error;
    const refused = { p_assistant_id: id, p_error: reason, p_revision: revision };
    await rpc(db, "record_assistant_refused", refused);
    throw error;
  }
};

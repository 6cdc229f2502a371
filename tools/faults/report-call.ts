import { randomBytes } from "node:crypto";
import { signVapi, VapiCall } from "../simulate/vapi.ts";
import { insist } from "./insist.ts";
import type { StackProcess } from "./stack-process.ts";

/** So long is each call that is reported. */
export const CALL_SECONDS = 60;

export interface ReportOptions {
  /** Whether the stack may be gone for a while. */
  readonly mayEnd?: boolean;
  /** Of a transcript that cannot be compressed; a short one unless told. */
  readonly transcriptBytes?: number;
}

/** Reports a call as VAPI does, until that is taken. How often it was sent again. */
export function reportCall(
  stack: StackProcess,
  assistantId: string,
  { mayEnd = false, transcriptBytes }: ReportOptions = {},
): Promise<number> {
  const call = new VapiCall({ assistantId, startedAt: new Date(Date.now() - 120_000) });
  const transcript = transcriptBytes && randomBytes(transcriptBytes).toString("base64");
  const more = transcript ? { artifact: { transcript } } : {};
  const body = JSON.stringify(call.report({ seconds: CALL_SECONDS, more }));
  const headers = () => signVapi(body, stack.address.secrets.vapi);
  const request = () => ({ method: "POST", headers: headers(), body });
  return insist({ stack, mayEnd, path: "/functions/v1/vapi-webhook", request });
}

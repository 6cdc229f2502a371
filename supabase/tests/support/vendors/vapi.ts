import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { listenOnLoopback } from "../../../../tools/listen.ts";
import { answerApi } from "./vapi/api.ts";
import { answerControl } from "./vapi/control.ts";
import { type Fault, withFaults } from "./vapi/faults.ts";
import { readAsked, send } from "./vapi/http.ts";
import { newOrganisation } from "./vapi/state.ts";
import type { StartVendor } from "./vendor.ts";

/** The id of the webhook credential that the functions name; tests give it the stack's secret. */
export const VAPI_CREDENTIAL_ID = "7d9f2b64-5a0e-4f0b-9c3e-2f6a1f0c8e55";

/**
 * A loopback VAPI: one organisation with its REST API as documented (status codes, error bodies, lists, limits), and calls that are
 * played to the server of a number or assistant. It sends assistant-request for numbers without an assistant only.
 */
export const startVapi: StartVendor = async () => {
  const org = newOrganisation(randomBytes(16).toString("hex"));
  const faults: Fault[] = [];
  const server = createServer(async (incoming, outgoing) => {
    try {
      const asked = await readAsked(incoming);
      if (asked.path.startsWith("/__control/")) {
        send(outgoing, await answerControl(org, faults, asked));
        return;
      }
      if (asked.path.startsWith("/__files/")) {
        send(outgoing, { status: 200, body: "a recording" });
        return;
      }
      const { method, path, body } = asked;
      org.requests.push({ method, path, body });
      send(outgoing, await withFaults(faults, asked, () => answerApi(org, asked)));
    } catch (error) {
      send(outgoing, { status: 500, body: { message: String(error), statusCode: 500 } });
    }
  });
  const { url, stop } = await listenOnLoopback(server);
  org.url = url;
  return {
    name: "vapi",
    url: org.url,
    env: {
      VAPI_API_URL: org.url,
      VAPI_API_KEY: org.key,
      VAPI_CREDENTIAL_ID,
      VAPI_TIMEOUT_MS: "2000",
    },
    stop,
  };
};

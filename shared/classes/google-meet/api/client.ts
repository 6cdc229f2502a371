import { isJsonObject, type JsonValue } from "../../../core/json.ts";
import { type VendorClient, vendorClient } from "../../../vendor/client.ts";
import { isVendorStatus } from "../../../vendor/error.ts";
import { googleApi } from "../env.ts";
import { forgetGoogleToken, googleToken } from "./token.ts";

/** The reason of a Google error: of its ErrorInfo, of the older list, or its status word. */
function reasonOf(body: JsonValue | undefined): string | undefined {
  const error = isJsonObject(body) ? body.error : undefined;
  if (!isJsonObject(error)) return undefined;
  const { details, errors, status } = error;
  const told = [details, errors].flatMap((list) => (Array.isArray(list) ? list : []));
  const reasons = told.map((item) => (isJsonObject(item) ? item.reason : undefined));
  const reason = [...reasons, status].find((one) => typeof one === "string" && one !== "");
  return typeof reason === "string" ? reason : undefined;
}

const READ_SPACES = "https://www.googleapis.com/auth/meetings.space.readonly";
const READ_DIRECTORY = "https://www.googleapis.com/auth/admin.directory.user.readonly";

/** Google's services that we ask, each with the one scope that it takes. */
const services = {
  meet: { scope: READ_SPACES, baseUrl: () => `${googleApi().meetUrl}/v2` },
  events: { scope: READ_SPACES, baseUrl: () => `${googleApi().eventsUrl}/v1` },
  directory: {
    scope: READ_DIRECTORY,
    baseUrl: () => `${googleApi().directoryUrl}/admin/directory/v1`,
  },
} as const;

/**
 * A client of one of Google's services in somebody's name.
 * @param subject a Workspace address of a domain that has delegated the scope to the service account
 */
export function googleClient(service: keyof typeof services, subject: string): VendorClient {
  const { scope, baseUrl } = services[service];
  const send = vendorClient({
    vendor: "google",
    baseUrl: baseUrl(),
    reasonOf,
    authorize: async (signal) => ({
      authorization: `Bearer ${await googleToken(subject, scope, signal)}`,
    }),
  });
  return async (path, answer, request) => {
    try {
      return await send(path, answer, request);
    } catch (error) {
      if (isVendorStatus(error, 401)) forgetGoogleToken(subject, scope);
      throw error;
    }
  };
}

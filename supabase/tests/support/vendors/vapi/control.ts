import { z } from "zod";
import { Fault } from "./faults.ts";
import type { Answer, Asked } from "./http.ts";
import { Inbound, playInbound } from "./inbound.ts";
import { newResource, type Organisation } from "./state.ts";

const Credential = z.object({
  id: z.string(),
  kind: z.enum(["bearer", "secret", "hmac"]),
  secret: z.string(),
});
const Placed = z.record(z.string(), z.unknown());

/** How test files steer and inspect the loopback, below `/__control/`. */
export async function answerControl(
  org: Organisation,
  faults: Fault[],
  { method, path, query, body }: Asked,
): Promise<Answer> {
  const needle = query.get("includes") ?? query.get("id") ?? "";
  const holding = (one: unknown) => JSON.stringify(one).includes(needle);
  switch (`${method} ${path.slice("/__control/".length)}`) {
    case "POST faults":
      faults.push(Fault.parse(body));
      return { status: 204 };
    case "PUT credentials": {
      const { id, ...credential } = Credential.parse(body);
      org.credentials.set(id, credential);
      return { status: 204 };
    }
    case "POST calls":
      return { status: 200, body: await playInbound(org, Inbound.parse(body)) };
    case "GET requests":
      return { status: 200, body: org.requests.filter(holding) };
    case "GET assistants":
      return { status: 200, body: [...org.assistants.values()].filter(holding) };
    case "GET numbers":
      return { status: 200, body: [...org.numbers.values()].filter(holding) };
    case "POST assistants":
    case "POST numbers":
    case "POST placed-calls": {
      const placed = newResource(Placed.parse(body));
      const place = path.endsWith("assistants")
        ? org.assistants
        : path.endsWith("numbers")
          ? org.numbers
          : org.calls;
      place.set(placed.id, placed);
      return { status: 201, body: placed };
    }
    case "DELETE assistants":
      return { status: org.assistants.delete(needle) ? 204 : 404 };
    case "DELETE numbers":
      return { status: org.numbers.delete(needle) ? 204 : 404 };
    default:
      return { status: 404 };
  }
}

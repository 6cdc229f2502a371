import type { Caller } from "./call.ts";
import type { Args } from "./contract.ts";

/** What the caller's own system is told. Rows of endpoints, deliveries and attempts are read as tables. */
export function webhooks({ rpc }: Caller) {
  return {
    /** Adds an endpoint. Its secret is in the answer, and nowhere else. */
    create: (args: Args<"create_webhook_endpoint">) => rpc("create_webhook_endpoint", args),
    /** Changes, pauses or starts an endpoint. */
    update: (args: Args<"update_webhook_endpoint">) => rpc("update_webhook_endpoint", args),
    remove: (endpointId: string) => rpc("delete_webhook_endpoint", { endpoint_id: endpointId }),
    /** Replaces the secret; the one before signs for another day. */
    rotateSecret: (endpointId: string) => rpc("rotate_webhook_secret", { endpoint_id: endpointId }),
    /** Sends a test event. */
    test: (endpointId: string) => rpc("send_test_webhook", { endpoint_id: endpointId }),
    /** Sends a delivery again. */
    redeliver: (deliveryId: string) => rpc("redeliver_webhook", { delivery_id: deliveryId }),
    /** Sends the events of a range again. */
    replay: (args: Args<"replay_webhooks">) => rpc("replay_webhooks", args),
  };
}

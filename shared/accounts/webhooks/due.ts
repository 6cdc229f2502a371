import { z } from "zod";

const Delivery = z.object({
  id: z.uuid(),
  event_id: z.guid(),
  kind: z.string(),
  version: z.int(),
  occurred_at: z.string(),
  data: z.record(z.string(), z.json()),
});

/** One event for one endpoint. */
export type Delivery = z.infer<typeof Delivery>;

/** What take_webhook_deliveries answers; null when nothing may be sent now. */
export const Due = z
  .object({
    url: z.string(),
    secrets: z.array(z.string()).min(1),
    deliveries: z.array(Delivery),
  })
  .nullable();

/** An endpoint and what is to be sent to it. */
export type Due = NonNullable<z.infer<typeof Due>>;

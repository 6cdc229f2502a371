import { call } from "../../../shared/db/call.ts";
import { exposition } from "../../../shared/http/exposition.ts";
import { secretRoute } from "../../../shared/http/with-secret.ts";

/** The figures of the database for a monitor such as Prometheus. */
export const metrics = secretRoute("GET /maintenance/metrics", {
  summary: "Read the figures for a monitor",
  description:
    "Gauges in Prometheus' text format: inbox, tasks, jobs, calls and refusals. Costs little; once a minute is often enough.",
  answers: { 200: "text/plain" },
  handle: async ({ db }) =>
    new Response(exposition(await call(() => db.rpc("measure_metrics"))), {
      headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" },
    }),
});

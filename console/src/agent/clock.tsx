import { Text } from "@mantine/core";
import { useInterval } from "@mantine/hooks";
import { type ReactNode, useState } from "react";
import type { Database } from "switchboard-client";
import { formatCode, formatDistance, formatTime } from "../shared/format.ts";

type State = Database["public"]["Enums"]["sla_state"];

const colors: Readonly<Record<State, string>> = {
  on_track: "teal",
  at_risk: "orange",
  breached: "red",
  met: "dimmed",
  not_needed: "dimmed",
};

/** A promise of the SLA: kept, broken, or how long there is left. */
export function Clock({
  state,
  due,
  isPaused = false,
}: {
  state: State | null;
  due: string | null;
  isPaused?: boolean;
}): ReactNode {
  const [now, setNow] = useState(Date.now());
  useInterval(() => setNow(Date.now()), 15_000, { autoInvoke: true });
  if (state === null) return "–";
  const isRunning = state === "on_track" || state === "at_risk" || state === "breached";
  const distance = isPaused ? "paused" : due === null ? "" : formatDistance(due, now);
  return (
    <Text size="sm" c={colors[state]} fw={state === "breached" ? 700 : 400} title={formatTime(due)}>
      {formatCode(state)}
      {isRunning && distance !== "" && `, ${distance}`}
    </Text>
  );
}

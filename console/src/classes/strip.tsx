import { Box, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { formatClock } from "../shared/format.ts";

export interface Session {
  readonly join_time: string | null;
  readonly effective_leave_time: string | null;
  readonly is_open: boolean | null;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** When a class began and ended: as it was planned until it took place. */
export function spanOf(card: {
  readonly scheduled_start: string;
  readonly scheduled_end: string;
  readonly actual_start_time: string | null;
  readonly actual_end_time: string | null;
}): Span {
  const times = [
    card.scheduled_start,
    card.scheduled_end,
    card.actual_start_time,
    card.actual_end_time,
  ]
    .filter((time) => time !== null)
    .map((time) => Date.parse(time));
  return { from: Math.min(...times), to: Math.max(...times) };
}

const share = (time: number, { from, to }: Span): number =>
  Math.min(100, Math.max(0, (100 * (time - from)) / (to - from)));

/** One person's presence over the class's time, a bar for each stay. */
export function Strip({
  sessions,
  span,
  label,
  color,
}: {
  sessions: readonly Session[];
  span: Span;
  label: string;
  color: string;
}): ReactNode {
  const stays = sessions.flatMap(({ join_time, effective_leave_time, is_open }) => {
    if (join_time === null) return [];
    const end = effective_leave_time ?? (is_open ? new Date().toISOString() : join_time);
    return [{ from: join_time, to: end }];
  });
  const words = stays.map(({ from, to }) => `${formatClock(from)} to ${formatClock(to)}`);
  return (
    <Box
      role="img"
      aria-label={`${label}: ${words.length === 0 ? "never there" : words.join(", ")}`}
      pos="relative"
      h={18}
      miw={200}
      bg="var(--mantine-color-default-hover)"
      style={{ borderRadius: 4, overflow: "hidden" }}
    >
      {stays.map(({ from, to }) => {
        const left = share(Date.parse(from), span);
        return (
          <Box
            key={from}
            pos="absolute"
            h="100%"
            left={`${left}%`}
            w={`${Math.max(0.5, share(Date.parse(to), span) - left)}%`}
            bg={color}
            title={`${formatClock(from)} to ${formatClock(to)}`}
          />
        );
      })}
    </Box>
  );
}

/** The times at both ends of the strips. */
export function StripTimes({ span }: { span: Span }): ReactNode {
  const at = (time: number) => formatClock(new Date(time).toISOString());
  return (
    <Text
      size="xs"
      c="dimmed"
      component="div"
      style={{ display: "flex", justifyContent: "space-between" }}
    >
      <span>{at(span.from)}</span>
      <span>{at((span.from + span.to) / 2)}</span>
      <span>{at(span.to)}</span>
    </Text>
  );
}

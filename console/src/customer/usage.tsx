import { Alert, Badge, Group, Progress, SimpleGrid, Stack, Text } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Schemas } from "switchboard-client";
import { answer } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { DataTable } from "../shared/data-table.tsx";
import {
  formatBytes,
  formatCode,
  formatDay,
  formatNumber,
  formatSeconds,
  formatTime,
} from "../shared/format.ts";
import { More, pagesOf } from "../shared/more.tsx";
import { Empty, Loaded, Page, Panel } from "../shared/page.tsx";

type Limits = Schemas["UserLimits"];

const warningColor = { warning: "yellow", critical: "orange", error: "red" } as const;

/** What the plan allows and what is used of it, as the API counts it. */
export default function Usage(): ReactNode {
  const limits = useQuery({
    queryKey: ["limits"],
    queryFn: () => answer(backend().api.limits.read()),
  });
  return (
    <Page title="Usage">
      <Loaded query={limits}>
        {(found) => (
          <>
            {found.warnings.map(({ type, code, message }) => (
              <Alert key={code} color={warningColor[type]} role="status">
                {message}
              </Alert>
            ))}
            <Meters limits={found} />
          </>
        )}
      </Loaded>
      <History />
    </Page>
  );
}

function Meters({ limits }: { limits: Limits }): ReactNode {
  const { usage_percentage: share, account, period } = limits;
  return (
    <Stack>
      <Group gap="xs">
        <Badge size="lg">Plan {limits.plan_type}</Badge>
        <Badge size="lg" variant="light" color={account.status === "active" ? "teal" : "red"}>
          {formatCode(account.status)}
        </Badge>
        {account.is_demo && account.demo_expires_at !== null && (
          <Text size="sm" c="dimmed">
            Trial until {formatTime(account.demo_expires_at)}
          </Text>
        )}
        {period.end !== null && (
          <Text size="sm" c="dimmed">
            Call time since {formatDay(period.start)}; it begins anew on {formatDay(period.end)}
          </Text>
        )}
      </Group>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <Meter
          label="Call time"
          used={formatSeconds(limits.used_call_time_seconds)}
          max={limits.max_call_time_seconds}
          format={formatSeconds}
          left={limits.remaining_call_time_seconds}
          percentage={share.call_time}
        />
        <Meter
          label="Assistants"
          used={formatNumber(limits.current_assistants)}
          max={limits.max_assistants}
          format={formatNumber}
          left={limits.remaining_assistants}
          percentage={share.assistants}
        />
        <Meter
          label="Files of tickets"
          used={formatBytes(limits.used_attachment_bytes)}
          max={limits.max_attachment_bytes}
          format={formatBytes}
          left={limits.remaining_attachment_bytes}
          percentage={share.attachments}
        />
      </SimpleGrid>
    </Stack>
  );
}

interface MeterProps {
  readonly label: string;
  readonly used: string;
  /** Null is unlimited. */
  readonly max: number | null;
  readonly left: number | null;
  readonly percentage: number | null;
  readonly format: (value: number | null) => string;
}

function Meter({ label, used, max, left, percentage, format }: MeterProps): ReactNode {
  const color = (percentage ?? 0) >= 100 ? "red" : (percentage ?? 0) >= 80 ? "orange" : "indigo";
  return (
    <Panel title={label}>
      <Text size="xl" fw={700}>
        {used}
        <Text span size="sm" c="dimmed" fw={400}>
          {max === null ? " of unlimited" : ` of ${format(max)}`}
        </Text>
      </Text>
      <Progress value={percentage ?? 0} color={color} mt="sm" aria-label={`${label} used`} />
      <Text size="sm" c="dimmed" mt={6}>
        {left === null ? "No limit" : `${format(left)} left`}
      </Text>
    </Panel>
  );
}

function History(): ReactNode {
  const history = useInfiniteQuery({
    queryKey: ["usage-history"],
    queryFn: ({ pageParam }) =>
      answer(backend().api.limits.history({ limit: 20, ...(pageParam && { cursor: pageParam }) })),
    initialPageParam: "",
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });
  return (
    <Panel title="What changed it">
      <Loaded query={pagesOf(history)}>
        {(pages) => {
          const entries = pages.flatMap((page) => page.entries);
          if (entries.length === 0)
            return <Empty title="Nothing yet">Calls, assistants and files appear here.</Empty>;
          return (
            <DataTable
              minWidth={560}
              rows={entries}
              rowKey={(entry) => String(entry.id)}
              columns={[
                { label: "When", cell: (entry) => formatTime(entry.created_at) },
                { label: "What", cell: (entry) => formatCode(entry.action_type) },
                {
                  label: "Call time",
                  isNumber: true,
                  cell: (entry) => change(entry.call_time_change_seconds, formatSeconds),
                },
                {
                  label: "Assistants",
                  isNumber: true,
                  cell: (entry) => change(entry.assistant_count_change, formatNumber),
                },
                {
                  label: "Files",
                  isNumber: true,
                  cell: (entry) => change(entry.attachment_bytes_change, formatBytes),
                },
              ]}
            />
          );
        }}
      </Loaded>
      <More query={history} />
    </Panel>
  );
}

function change(value: number, format: (value: number) => string): string {
  if (value === 0) return "";
  return `${value > 0 ? "+" : "−"}${format(Math.abs(value))}`;
}

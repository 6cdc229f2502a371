import { Badge, Button, Group } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { answer } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { useAction } from "../shared/actions.ts";
import { DataTable } from "../shared/data-table.tsx";
import { saveFile } from "../shared/download.ts";
import { Choice } from "../shared/filter-fields.tsx";
import { formatCode, formatCost, formatSeconds, formatTime, zone } from "../shared/format.ts";
import { TextLink } from "../shared/links.tsx";
import { More, pagesOf } from "../shared/more.tsx";
import { Empty, Loaded, Page } from "../shared/page.tsx";
import { RangeFilter } from "../shared/range-filter.tsx";
import { given } from "../shared/search.ts";
import { AssistantFilter } from "./assistant-filter.tsx";
import { type CallsSearch, directions, outcomeColors, outcomes } from "./filters.ts";

const route = getRouteApi("/calls");

/** The caller's calls, the newest first, as far as the filters let them through. */
export default function Calls(): ReactNode {
  const { from, to, assistant, outcome, direction } = route.useSearch();
  const navigate = route.useNavigate();
  const filter = (change: CallsSearch) =>
    navigate({ search: (before) => ({ ...before, ...change }) });
  const query = given({ from, to, tz: zone, assistant_id: assistant, outcome, direction });
  const calls = useInfiniteQuery({
    queryKey: ["calls", query],
    queryFn: ({ pageParam }) =>
      answer(
        backend().api.analytics.calls({
          ...query,
          limit: 25,
          ...(pageParam && { cursor: pageParam }),
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ next_cursor }) => next_cursor,
    refetchInterval: 30_000,
  });
  const csv = useAction(() => answer(backend().api.analytics.callsCsv(query)), {
    done: (text) => saveFile("calls.csv", text, "text/csv"),
  });
  return (
    <Page
      title="Calls"
      actions={
        <Button variant="default" loading={csv.isPending} onClick={() => csv.mutate(undefined)}>
          CSV
        </Button>
      }
    >
      <Group align="end">
        <RangeFilter value={{ from, to }} onChange={filter} />
        <AssistantFilter value={assistant} onChange={(id) => filter({ assistant: id })} />
        <Choice
          label="Outcome"
          values={outcomes}
          value={outcome}
          onChange={(wanted) => filter({ outcome: wanted })}
        />
        <Choice
          label="Direction"
          values={directions}
          value={direction}
          onChange={(wanted) => filter({ direction: wanted })}
        />
      </Group>
      <Loaded query={pagesOf(calls)}>
        {(pages) => {
          const found = pages.flatMap((page) => page.calls);
          if (found.length === 0) {
            return <Empty title="No such calls">Choose other days or fewer filters.</Empty>;
          }
          return (
            <DataTable
              minWidth={720}
              rows={found}
              rowKey={(call) => call.id}
              columns={[
                {
                  label: "When",
                  cell: (call) => (
                    <TextLink to="/calls/$id" params={{ id: call.id }} size="sm">
                      {formatTime(call.called_at)}
                    </TextLink>
                  ),
                },
                { label: "Caller", cell: (call) => call.caller_number ?? "Unknown" },
                { label: "Assistant", cell: (call) => call.assistant_name ?? "–" },
                {
                  label: "Outcome",
                  cell: (call) => <Outcome outcome={call.outcome} status={call.status} />,
                },
                {
                  label: "Length",
                  isNumber: true,
                  cell: (call) => formatSeconds(call.duration_seconds),
                },
                { label: "Cost", isNumber: true, cell: (call) => formatCost(call.cost) },
              ]}
            />
          );
        }}
      </Loaded>
      <More query={calls} />
    </Page>
  );
}

/** How a call ended, or what it does while it has not. */
export function Outcome({
  outcome,
  status,
}: {
  outcome: (typeof outcomes)[number] | null;
  status: string;
}): ReactNode {
  return (
    <Badge variant="dot" color={outcome === null ? "indigo" : outcomeColors[outcome]}>
      {formatCode(outcome ?? status)}
    </Badge>
  );
}

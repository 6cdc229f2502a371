import { Badge, Group } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { answer } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { DataTable } from "../shared/data-table.tsx";
import { Choice, Sought } from "../shared/filter-fields.tsx";
import { formatCode, formatNumber, formatTime } from "../shared/format.ts";
import { TextLink } from "../shared/links.tsx";
import { More, pagesOf } from "../shared/more.tsx";
import { Empty, Loaded, Page } from "../shared/page.tsx";
import { given } from "../shared/search.ts";
import { eventStatuses, type eventsSearch, providers } from "./filters.ts";

const route = getRouteApi("/admin/events");
const colors = {
  dead: "red",
  failed: "orange",
  received: "yellow",
  applied: "teal",
  ignored: "gray",
};

/** The inbox of deliveries, the newest first. */
export default function Events(): ReactNode {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter = (change: Partial<ReturnType<typeof eventsSearch>>) =>
    navigate({ search: (before) => ({ ...before, ...change }) });
  const events = useInfiniteQuery({
    queryKey: ["events", search],
    queryFn: ({ pageParam }) =>
      answer(
        backend().api.admin.events({
          ...given(search),
          ...(pageParam && { after_received_at: pageParam.received_at, after_id: pageParam.id }),
        }),
      ),
    initialPageParam: null as { received_at: string; id: string } | null,
    getNextPageParam: ({ next }) => next,
  });
  return (
    <Page title="Inbox">
      <Group align="end">
        <Choice
          label="Status"
          values={eventStatuses}
          value={search.status}
          onChange={(status) => filter({ status })}
        />
        <Choice
          label="Provider"
          values={providers}
          value={search.provider}
          onChange={(provider) => filter({ provider })}
        />
        <Sought
          label="Type, subject, error or id"
          value={search.q}
          onChange={(q) => filter({ q })}
        />
      </Group>
      <Loaded query={pagesOf(events)}>
        {(pages) => {
          const found = pages.flatMap((page) => page.events);
          if (found.length === 0) {
            return (
              <Empty title="No such events">Show more to look further back, or filter less.</Empty>
            );
          }
          return (
            <DataTable
              rows={found}
              rowKey={({ id }) => id}
              columns={[
                {
                  label: "Received",
                  cell: ({ id, received_at }) => (
                    <TextLink to="/admin/events/$id" params={{ id }} size="sm">
                      {formatTime(received_at)}
                    </TextLink>
                  ),
                },
                { label: "Provider", cell: ({ provider }) => formatCode(provider) },
                { label: "Type", cell: ({ event_type }) => event_type },
                { label: "About", cell: ({ subject }) => subject ?? "–" },
                {
                  label: "Status",
                  cell: ({ status }) => (
                    <Badge variant="dot" color={colors[status]}>
                      {formatCode(status)}
                    </Badge>
                  ),
                },
                { label: "Tries", isNumber: true, cell: ({ attempts }) => formatNumber(attempts) },
                { label: "Error", cell: ({ last_error }) => last_error ?? "" },
              ]}
            />
          );
        }}
      </Loaded>
      <More query={events} />
    </Page>
  );
}

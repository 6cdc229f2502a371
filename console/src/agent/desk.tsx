import { Badge, Group, Text } from "@mantine/core";
import {
  type InfiniteData,
  type UseInfiniteQueryResult,
  useInfiniteQuery,
} from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { rows } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { useUserId } from "../app/session.tsx";
import { SegmentedControl } from "../shared/controls.ts";
import { DataTable } from "../shared/data-table.tsx";
import { Choice, Sought } from "../shared/filter-fields.tsx";
import { formatCode } from "../shared/format.ts";
import { TextLink } from "../shared/links.tsx";
import { More, pagesOf } from "../shared/more.tsx";
import { Empty, Loaded, Page } from "../shared/page.tsx";
import { SearchResults } from "../support/search-results.tsx";
import {
  priorityColors,
  statusColors,
  type TicketsSearch,
  ticketStatuses,
} from "../support/words.ts";
import { Clock } from "./clock.tsx";
import { Turns } from "./turns.tsx";

const route = getRouteApi("/desk");
const pageSize = 50;

async function readDesk(
  { status, of }: { status?: TicketsSearch["status"]; of?: string | undefined },
  me: string,
  offset: number,
) {
  const { supabase } = backend();
  let asked = supabase.from("ticket_sla").select("*");
  asked =
    status === undefined
      ? asked.in("status", ["open", "in_progress", "waiting"])
      : asked.eq("status", status);
  if (of === "me") asked = asked.eq("assigned_to", me);
  if (of === "nobody") asked = asked.is("assigned_to", null);
  const clocks = await rows(
    asked
      .order("resolution_due_at", { nullsFirst: false })
      .order("ticket_id")
      .range(offset, offset + pageSize - 1),
  );
  const ids = clocks.map(({ ticket_id }) => ticket_id);
  const involved = clocks.flatMap(({ user_id, assigned_to }) => [user_id, assigned_to ?? user_id]);
  const [tickets, people] = await Promise.all([
    rows(supabase.from("support_tickets").select("id, subject").in("id", ids)),
    rows(
      supabase
        .from("profile_cards")
        .select("id, full_name")
        .in("id", [...new Set(involved)]),
    ),
  ]);
  const nameOf = (id: string | null) => people.find((one) => one.id === id)?.full_name ?? null;
  return clocks.map((clock) => ({
    ...clock,
    subject: tickets.find(({ id }) => id === clock.ticket_id)?.subject ?? "",
    customer: nameOf(clock.user_id),
    agent: nameOf(clock.assigned_to),
  }));
}

/** What waits for support, what is due first at the top. */
export default function Desk(): ReactNode {
  const { status, of, q, tag } = route.useSearch();
  const navigate = route.useNavigate();
  const me = useUserId();
  const desk = useInfiniteQuery({
    queryKey: ["desk", { status, of }],
    queryFn: ({ pageParam }) => readDesk({ status, of }, me, pageParam),
    initialPageParam: 0,
    getNextPageParam: (page, pages) => (page.length < pageSize ? null : pages.length * pageSize),
    refetchInterval: 20_000,
    enabled: q === undefined,
  });
  return (
    <Page title="Desk">
      <Turns />
      <Group align="end">
        <Sought
          label="Words or number"
          value={q}
          onChange={(words) => navigate({ search: (before) => ({ ...before, q: words }) })}
        />
        {q === undefined ? (
          <SegmentedControl
            aria-label="Whose tickets"
            value={of ?? "all"}
            data={[
              { value: "all", label: "All" },
              { value: "me", label: "Mine" },
              { value: "nobody", label: "Nobody's" },
            ]}
            onChange={(value) =>
              navigate({
                search: (before) => ({
                  ...before,
                  of: value === "me" || value === "nobody" ? value : undefined,
                }),
              })
            }
          />
        ) : (
          <Sought
            label="Tag"
            value={tag}
            onChange={(word) => navigate({ search: (before) => ({ ...before, tag: word }) })}
          />
        )}
        <Choice
          label="Status"
          placeholder={q === undefined ? "Unfinished" : "All"}
          values={ticketStatuses}
          value={status}
          onChange={(wanted) => navigate({ search: (before) => ({ ...before, status: wanted }) })}
        />
      </Group>
      {q === undefined ? (
        <Queue query={desk} />
      ) : (
        <SearchResults query={{ query: q, status, tag }} to="/desk/$id" />
      )}
    </Page>
  );
}

type DeskQuery = UseInfiniteQueryResult<InfiniteData<Awaited<ReturnType<typeof readDesk>>>, Error>;

function Queue({ query }: { query: DeskQuery }): ReactNode {
  return (
    <>
      <Loaded query={pagesOf(query)}>
        {(pages) =>
          pages.flat().length === 0 ? (
            <Empty title="Nothing waits">Choose another status, or rest a little.</Empty>
          ) : (
            <DataTable
              minWidth={820}
              rows={pages.flat()}
              rowKey={(one) => one.ticket_id}
              columns={[
                {
                  label: "Ticket",
                  cell: (one) => (
                    <>
                      <TextLink to="/desk/$id" params={{ id: one.ticket_id }} size="sm">
                        {one.subject}
                      </TextLink>
                      <Text size="xs" c="dimmed">
                        {one.ticket_number}, {one.customer ?? "somebody"}
                      </Text>
                    </>
                  ),
                },
                {
                  label: "Priority",
                  cell: (one) => (
                    <Badge variant="dot" color={priorityColors[one.priority]}>
                      {formatCode(one.priority)}
                    </Badge>
                  ),
                },
                {
                  label: "Status",
                  cell: (one) => (
                    <Badge variant="light" color={statusColors[one.status]}>
                      {formatCode(one.status)}
                    </Badge>
                  ),
                },
                {
                  label: "First answer",
                  cell: (one) => (
                    <Clock state={one.first_response_state} due={one.first_response_due_at} />
                  ),
                },
                {
                  label: "Resolution",
                  cell: (one) => (
                    <Clock
                      state={one.resolution_state}
                      due={one.resolution_due_at}
                      isPaused={one.is_paused ?? false}
                    />
                  ),
                },
                { label: "Assigned to", cell: (one) => one.agent ?? "–" },
              ]}
            />
          )
        }
      </Loaded>
      <More query={query} />
    </>
  );
}

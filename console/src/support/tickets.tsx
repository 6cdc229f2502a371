import { Badge, Button, Group } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { rows } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { useUserId } from "../app/session.tsx";
import { DataTable } from "../shared/data-table.tsx";
import { Choice, Sought } from "../shared/filter-fields.tsx";
import { formatCode, formatTime } from "../shared/format.ts";
import { TextLink } from "../shared/links.tsx";
import { More, pagesOf } from "../shared/more.tsx";
import { Empty, Loaded, Page } from "../shared/page.tsx";
import { NewTicket } from "./new-ticket.tsx";
import { SearchResults } from "./search-results.tsx";
import { statusColors, ticketStatuses } from "./words.ts";

const route = getRouteApi("/tickets");
const pageSize = 30;

/** The caller's own tickets, the newest first. */
export default function Tickets(): ReactNode {
  const { status, q } = route.useSearch();
  const navigate = route.useNavigate();
  const me = useUserId();
  const [isWriting, setWriting] = useState(false);
  const tickets = useInfiniteQuery({
    queryKey: ["tickets", status],
    queryFn: ({ pageParam }) => {
      const asked = backend()
        .supabase.from("support_tickets")
        .select("id, ticket_number, subject, status, last_message_at, created_at")
        .eq("user_id", me)
        .order("created_at", { ascending: false })
        .lt("created_at", pageParam)
        .limit(pageSize);
      return rows(status === undefined ? asked : asked.eq("status", status));
    },
    initialPageParam: "9999-01-01",
    getNextPageParam: (page) => (page.length < pageSize ? null : page.at(-1)?.created_at),
    refetchInterval: 30_000,
    enabled: q === undefined,
  });
  return (
    <Page title="Tickets" actions={<Button onClick={() => setWriting(true)}>New ticket</Button>}>
      <Group align="end">
        <Sought
          label="Words or number"
          value={q}
          onChange={(words) => navigate({ search: (before) => ({ ...before, q: words }) })}
        />
        <Choice
          label="Status"
          values={ticketStatuses}
          value={status}
          onChange={(wanted) => navigate({ search: (before) => ({ ...before, status: wanted }) })}
        />
      </Group>
      {q !== undefined && <SearchResults query={{ query: q, status }} to="/tickets/$id" />}
      {q === undefined && (
        <>
          <Loaded query={pagesOf(tickets)}>
            {(pages) =>
              pages.flat().length === 0 ? (
                <Empty title="No tickets">Write one, and support answers here.</Empty>
              ) : (
                <DataTable
                  minWidth={560}
                  rows={pages.flat()}
                  rowKey={(ticket) => ticket.id}
                  columns={[
                    { label: "Ticket", cell: (ticket) => ticket.ticket_number },
                    {
                      label: "Subject",
                      cell: (ticket) => (
                        <TextLink to="/tickets/$id" params={{ id: ticket.id }} size="sm">
                          {ticket.subject}
                        </TextLink>
                      ),
                    },
                    {
                      label: "Status",
                      cell: (ticket) => (
                        <Badge variant="light" color={statusColors[ticket.status]}>
                          {formatCode(ticket.status)}
                        </Badge>
                      ),
                    },
                    {
                      label: "Last message",
                      cell: (ticket) => formatTime(ticket.last_message_at ?? ticket.created_at),
                    },
                  ]}
                />
              )
            }
          </Loaded>
          <More query={tickets} />
        </>
      )}
      {isWriting && (
        <NewTicket
          onClose={() => setWriting(false)}
          onMade={(id) => navigate({ to: "/tickets/$id", params: { id } })}
        />
      )}
    </Page>
  );
}

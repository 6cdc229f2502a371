import { Badge, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { answer } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { DataTable } from "../shared/data-table.tsx";
import { formatCode, formatTime } from "../shared/format.ts";
import { TextLink } from "../shared/links.tsx";
import { Empty, Loaded } from "../shared/page.tsx";
import { given } from "../shared/search.ts";
import { statusColors, type TicketsSearch } from "./words.ts";

/** Tickets with some words, the best first, each with its best place. */
export function SearchResults({
  query,
  to,
}: {
  query: Pick<TicketsSearch, "status"> & { query: string; tag?: string | undefined };
  to: "/tickets/$id" | "/desk/$id";
}): ReactNode {
  const found = useQuery({
    queryKey: ["search", query],
    queryFn: () =>
      answer(
        backend().api.tickets.search({
          ...given(query),
          query: query.query,
        }),
      ),
  });
  return (
    <Loaded query={found}>
      {(tickets) =>
        tickets.length === 0 ? (
          <Empty title="No ticket has these words">
            Words are combined: fewer find more. Quotation marks keep a phrase together.
          </Empty>
        ) : (
          <DataTable
            rows={tickets}
            rowKey={(ticket) => ticket.ticket_id ?? ""}
            columns={[
              { label: "Ticket", cell: (ticket) => ticket.ticket_number },
              {
                label: "Subject",
                cell: (ticket) => (
                  <>
                    <TextLink to={to} params={{ id: ticket.ticket_id ?? "" }} size="sm">
                      {ticket.subject}
                    </TextLink>
                    <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                      {ticket.is_internal && "Internal note: "}
                      {ticket.excerpt}
                    </Text>
                  </>
                ),
              },
              {
                label: "Status",
                cell: (ticket) => (
                  <Badge variant="light" color={statusColors[ticket.status ?? "open"]}>
                    {formatCode(ticket.status)}
                  </Badge>
                ),
              },
              { label: "Written", cell: (ticket) => formatTime(ticket.written_at) },
            ]}
          />
        )
      }
    </Loaded>
  );
}

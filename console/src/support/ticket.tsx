import { Badge, Group, Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { formatCode, formatTime } from "../shared/format.ts";
import { ButtonLink } from "../shared/links.tsx";
import { pagesOf } from "../shared/more.tsx";
import { Loaded, Page, Panel } from "../shared/page.tsx";
import { Composer } from "./composer.tsx";
import { Survey } from "./survey.tsx";
import { Description, Thread, useThread } from "./thread.tsx";
import { statusColors } from "./words.ts";

const route = getRouteApi("/tickets/$id");

/** A ticket as its customer reads it. */
export default function Ticket(): ReactNode {
  const { id } = route.useParams();
  const thread = useThread(id);
  return (
    <Page
      title={thread.data?.pages[0]?.ticket.subject ?? "Ticket"}
      actions={
        <ButtonLink to="/tickets" variant="default">
          All tickets
        </ButtonLink>
      }
    >
      <Loaded query={pagesOf(thread)}>
        {([page]) =>
          page && (
            <>
              <Group gap="xs">
                <Text size="sm">{page.ticket.ticket_number}</Text>
                <Badge variant="light" color={statusColors[page.ticket.status]}>
                  {formatCode(page.ticket.status)}
                </Badge>
                <Text size="sm" c="dimmed">
                  since {formatTime(page.ticket.status_changed_at)}
                </Text>
              </Group>
              <Description text={page.ticket.description} />
              <Survey ticketId={id} />
              <Thread query={thread} />
              {page.ticket.status !== "closed" && (
                <Panel title="Write">
                  <Composer ticketId={id} isStaff={false} />
                </Panel>
              )}
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

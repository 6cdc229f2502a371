import { Badge, Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { rows, written } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { useUserId } from "../app/session.tsx";
import { useAction } from "../shared/actions.ts";
import { formatCode } from "../shared/format.ts";
import { ButtonLink, TextLink } from "../shared/links.tsx";
import { pagesOf } from "../shared/more.tsx";
import { Loaded, Page, Panel } from "../shared/page.tsx";
import { Composer } from "../support/composer.tsx";
import { Description, Thread, useThread } from "../support/thread.tsx";
import { priorityColors, statusColors } from "../support/words.ts";
import { Clock } from "./clock.tsx";
import { MergeButton } from "./merge.tsx";
import { SavedReply } from "./saved-reply.tsx";
import { Tags } from "./tags.tsx";

const route = getRouteApi("/desk/$id");

/** A ticket as support works on it. */
export default function DeskTicket(): ReactNode {
  const { id } = route.useParams();
  const me = useUserId();
  const thread = useThread(id);
  const sla = useQuery({
    queryKey: ["sla", id],
    queryFn: () =>
      rows(backend().supabase.from("ticket_sla").select("*").eq("ticket_id", id).single()),
    refetchInterval: 30_000,
  });
  const assign = useAction(
    (agent: string | null) =>
      written(
        backend().supabase.from("support_tickets").update({ assigned_to: agent }).eq("id", id),
      ),
    { changes: [["thread", id], ["sla", id], ["desk"]] },
  );
  return (
    <Page
      title={thread.data?.pages[0]?.ticket.subject ?? "Ticket"}
      actions={
        <ButtonLink to="/desk" variant="default">
          Desk
        </ButtonLink>
      }
    >
      <Loaded query={pagesOf(thread)}>
        {([page]) =>
          page && (
            <>
              <Group justify="space-between">
                <Group gap="xs">
                  <Text size="sm">{page.ticket.ticket_number}</Text>
                  <Badge variant="light" color={statusColors[page.ticket.status]}>
                    {formatCode(page.ticket.status)}
                  </Badge>
                  <Badge variant="dot" color={priorityColors[page.ticket.priority]}>
                    {formatCode(page.ticket.priority)}
                  </Badge>
                  {sla.data && (
                    <>
                      <Text size="sm">First answer:</Text>
                      <Clock
                        state={sla.data.first_response_state}
                        due={sla.data.first_response_due_at}
                      />
                      <Text size="sm">Resolution:</Text>
                      <Clock
                        state={sla.data.resolution_state}
                        due={sla.data.resolution_due_at}
                        isPaused={sla.data.is_paused ?? false}
                      />
                    </>
                  )}
                </Group>
                <Group gap="xs">
                  {sla.data && page.ticket.status !== "closed" && (
                    <MergeButton ticketId={id} ownerId={sla.data.user_id} />
                  )}
                  {page.ticket.assigned_to === me ? (
                    <Button variant="default" onClick={() => assign.mutate(null)}>
                      Give it back
                    </Button>
                  ) : (
                    <Button variant="default" onClick={() => assign.mutate(me)}>
                      Take it
                    </Button>
                  )}
                </Group>
              </Group>
              {page.ticket.merged_into !== null && (
                <TextLink to="/desk/$id" params={{ id: page.ticket.merged_into }}>
                  It went on in another ticket.
                </TextLink>
              )}
              <Tags ticketId={id} />
              <Description text={page.ticket.description} />
              <Thread query={thread} />
              <Panel title="Write">
                <Composer
                  ticketId={id}
                  isStaff
                  templates={(add) => <SavedReply ticketId={id} onText={add} />}
                />
              </Panel>
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

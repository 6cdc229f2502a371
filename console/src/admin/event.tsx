import { Button, Code, List, SimpleGrid, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { answer } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { say, useAction } from "../shared/actions.ts";
import { Facts } from "../shared/facts.tsx";
import { formatCode, formatTime } from "../shared/format.ts";
import { TextLink } from "../shared/links.tsx";
import { Empty, Loaded, Page, Panel } from "../shared/page.tsx";

const route = getRouteApi("/admin/events/$id");
const outcomes = {
  applied: "It is applied.",
  ignored: "It has no effect, by rule.",
  deferred: "It failed again, or waits to be read: see its status.",
};

/** One event: what it was, what it is about, why it failed, and the button that applies it again. */
export default function Event(): ReactNode {
  const { id } = route.useParams();
  const event = useQuery({
    queryKey: ["event", id],
    queryFn: () => answer(backend().api.admin.event(id)),
  });
  const replay = useAction(() => answer(backend().api.admin.replayEvent({ event_id: id })), {
    changes: [["event", id], ["events"], ["inbox-health"]],
    done: ({ status }) => say(outcomes[status]),
  });
  return (
    <Page
      title="Event"
      actions={
        <Button
          loading={replay.isPending}
          disabled={event.data?.has_content !== true}
          onClick={() => replay.mutate(undefined)}
        >
          Replay
        </Button>
      }
    >
      <Loaded query={event}>
        {(found) => (
          <SimpleGrid cols={{ base: 1, lg: 2 }}>
            <Panel title="What became of it">
              <Facts
                facts={[
                  ["Status", formatCode(found.status)],
                  ["Error", found.last_error ?? "–"],
                  [
                    "Tries",
                    `${found.attempts}${found.tries_left === null ? "" : `, ${found.tries_left} left`}`,
                  ],
                  ["Next try", formatTime(found.next_attempt_at)],
                  ["Received", formatTime(found.received_at)],
                  ["Settled", formatTime(found.settled_at)],
                ]}
              />
              {!found.has_content && (
                <Text size="sm" c="dimmed">
                  Its content is dropped, so it cannot be replayed.
                </Text>
              )}
            </Panel>
            <Panel title="What it is">
              <Facts
                facts={[
                  ["Provider", formatCode(found.provider)],
                  ["Type", found.event_type],
                  [
                    "Kind",
                    found.kind === null ? "Nothing reads this type yet" : formatCode(found.kind),
                  ],
                  ["Request", found.request_id ?? "–"],
                ]}
              />
              <List size="sm">
                {found.about.map(({ kind, id: subject, title, user_id, user_name }) => (
                  <List.Item key={subject}>
                    {formatCode(kind)} {title ?? ""}{" "}
                    {user_id !== null && (
                      <TextLink to="/admin/accounts/$id" params={{ id: user_id }} size="sm">
                        of {user_name ?? "somebody"}
                      </TextLink>
                    )}
                  </List.Item>
                ))}
              </List>
            </Panel>
            <Panel title="Delivery">
              <Json value={found.payload} />
            </Panel>
            <Panel title="In our words">
              <Json value={found.event} />
            </Panel>
            <Panel title="Replays">
              {found.actions.length === 0 && <Empty title="Nobody has replayed it" />}
              <List size="sm">
                {found.actions.map((action) => (
                  <List.Item key={action.id}>
                    {formatTime(action.created_at)}: {formatCode(action.action)}
                  </List.Item>
                ))}
              </List>
            </Panel>
          </SimpleGrid>
        )}
      </Loaded>
    </Page>
  );
}

function Json({ value }: { value: unknown }): ReactNode {
  if (value === null) return <Empty title="Nothing is kept of it" />;
  return (
    <Code block tabIndex={0} mah={420} style={{ overflow: "auto" }}>
      {JSON.stringify(value, null, 2)}
    </Code>
  );
}

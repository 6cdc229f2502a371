import { Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { answer, rows } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { say, useAction } from "../shared/actions.ts";
import { DataTable } from "../shared/data-table.tsx";
import { formatNumber, formatTime } from "../shared/format.ts";
import { TextLink } from "../shared/links.tsx";
import { Empty, Loaded, Page } from "../shared/page.tsx";

const kinds = { instance: "Ran", announced: "Announced", shared: "Ran on into a class" } as const;

/** The meetings that belong to no class, with the classes that they may belong to. */
async function unboundMeetings() {
  const meetings = await answer(backend().api.classes.unboundMeetings());
  const ids = [...new Set(meetings.flatMap(({ class_ids }) => class_ids))];
  const classes =
    ids.length === 0
      ? []
      : await rows(
          backend()
            .supabase.from("class_cards")
            .select("id, title, scheduled_start")
            .in("id", ids)
            .order("scheduled_start")
            .order("id"),
        );
  return meetings.map((meeting) => ({
    ...meeting,
    classes: classes.filter(({ id }) => meeting.class_ids.includes(id)),
  }));
}

/** Meetings that the provider told of and that no class has: nobody is known to host them, or none was planned. */
export default function Meetings(): ReactNode {
  const meetings = useQuery({ queryKey: ["unbound-meetings"], queryFn: unboundMeetings });
  const confirm = useAction(
    (classId: string) => answer(backend().api.classes.confirmMeeting(classId)),
    {
      changes: [["unbound-meetings"], ["classes"], ["class"], ["attendance"], ["sessions"]],
      done: ({ title }) => say(`The meeting is of the class “${title}”.`),
    },
  );
  return (
    <Page title="Meetings without a class">
      <Loaded query={meetings}>
        {(found) =>
          found.length === 0 ? (
            <Empty title="No meetings without a class">Every meeting has found its class.</Empty>
          ) : (
            <DataTable
              rows={found}
              rowKey={({ kind, provider, meeting_id, instance_id, class_ids }) =>
                [kind, provider, meeting_id, instance_id, ...class_ids].join()
              }
              columns={[
                { label: "What", cell: ({ kind }) => kinds[kind] },
                { label: "Title", cell: ({ title }) => title ?? "" },
                {
                  label: "Meeting",
                  cell: ({ provider, meeting_id }) =>
                    `${provider === "zoom" ? "Zoom" : "Google Meet"} ${meeting_id}`,
                },
                {
                  label: "Begins",
                  cell: ({ starts_at }) => (starts_at === null ? "" : formatTime(starts_at)),
                },
                {
                  label: "Sessions",
                  isNumber: true,
                  cell: ({ participants }) => formatNumber(participants),
                },
                {
                  label: "Class",
                  cell: ({ kind, classes }) =>
                    classes.length === 0 ? (
                      <Text size="sm" c="dimmed">
                        None is planned with its number for that time. Its host can plan one.
                      </Text>
                    ) : (
                      <Stack gap={4}>
                        {classes.map(({ id, title }) => (
                          <Group key={id} gap="xs" wrap="nowrap">
                            <TextLink to="/classes/$id" params={{ id }} size="sm">
                              {title}
                            </TextLink>
                            {kind === "instance" && (
                              <Button
                                size="xs"
                                variant="default"
                                aria-label={`Give it to ${title}`}
                                loading={confirm.isPending && confirm.variables === id}
                                onClick={() => confirm.mutate(id)}
                              >
                                Give it
                              </Button>
                            )}
                          </Group>
                        ))}
                      </Stack>
                    ),
                },
              ]}
            />
          )
        }
      </Loaded>
    </Page>
  );
}

import { Badge, Button, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { answer, rows } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { say, useAction } from "../shared/actions.ts";
import { Select } from "../shared/controls.ts";
import { formatCode } from "../shared/format.ts";
import { Empty, Loaded, Page } from "../shared/page.tsx";
import { Scroll } from "../shared/scroll.tsx";
import { useAssistants } from "./assistants-of-mine.ts";
import { NumberForm } from "./number-form.tsx";

const statusColor = {
  importing: "yellow",
  active: "teal",
  failed: "red",
  released: "gray",
} as const;
const changes = [["numbers"]];

/** The caller's phone numbers, and which assistant answers each. */
export default function Numbers(): ReactNode {
  const [isConnecting, setConnecting] = useState(false);
  const numbers = useQuery({
    queryKey: ["numbers"],
    queryFn: () =>
      rows(
        backend()
          .supabase.from("phone_numbers")
          .select(
            "id, phone_number, friendly_name, provider, area_code, assistant_id, status, error",
          )
          .neq("status", "released")
          .order("created_at"),
      ),
    refetchInterval: ({ state }) =>
      state.data?.some(({ status }) => status === "importing") ? 5_000 : false,
  });
  const { data: assistants = [] } = useAssistants();
  const assign = useAction(
    ({ id, assistant }: { id: string; assistant: string | null }) =>
      answer(backend().api.numbers.change(id, { assistant_id: assistant })),
    { changes, done: () => say("This holds from the next call.") },
  );
  const release = useAction((id: string) => answer(backend().api.numbers.remove(id)), {
    changes,
    done: () => say("The number is given up."),
  });
  return (
    <Page
      title="Numbers"
      actions={<Button onClick={() => setConnecting(true)}>Connect a number</Button>}
    >
      <Loaded query={numbers}>
        {(found) =>
          found.length === 0 ? (
            <Empty title="No number yet">
              Connect one of Twilio, or get one with an area code.
            </Empty>
          ) : (
            <Scroll minWidth={680}>
              <Table verticalSpacing="sm">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Number</Table.Th>
                    <Table.Th>State</Table.Th>
                    <Table.Th>Answered by</Table.Th>
                    <Table.Th aria-label="Actions" />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {found.map((number) => {
                    const title =
                      number.phone_number ??
                      (number.area_code === null ? "Not told yet" : `Area ${number.area_code}`);
                    return (
                      <Table.Tr key={number.id}>
                        <Table.Td>
                          {title}
                          <Text size="xs" c="dimmed">
                            {number.friendly_name}
                          </Text>
                        </Table.Td>
                        <Table.Td>
                          <Badge variant="light" color={statusColor[number.status]}>
                            {formatCode(number.status)}
                          </Badge>
                          {number.error !== null && (
                            <Text size="xs" c="red">
                              {number.error}
                            </Text>
                          )}
                        </Table.Td>
                        <Table.Td>
                          <Select
                            aria-label={`Assistant that answers ${title}`}
                            placeholder="Nobody"
                            clearable
                            value={number.assistant_id}
                            data={assistants.map(({ id, name }) => ({ value: id, label: name }))}
                            onChange={(assistant) => assign.mutate({ id: number.id, assistant })}
                          />
                        </Table.Td>
                        <Table.Td ta="right">
                          <Button
                            size="xs"
                            variant="subtle"
                            color="red"
                            onClick={() =>
                              window.confirm(
                                `Give ${title} up? Callers will not reach you there.`,
                              ) && release.mutate(number.id)
                            }
                          >
                            Give up
                          </Button>
                        </Table.Td>
                      </Table.Tr>
                    );
                  })}
                </Table.Tbody>
              </Table>
            </Scroll>
          )
        }
      </Loaded>
      {isConnecting && <NumberForm onClose={() => setConnecting(false)} />}
    </Page>
  );
}

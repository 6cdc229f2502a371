import { Alert, Button, Code, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { answer, rows } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { say, useAction } from "../shared/actions.ts";
import { TextInput } from "../shared/controls.ts";
import { Facts } from "../shared/facts.tsx";
import { Form } from "../shared/form.tsx";
import { formatCode, formatTime } from "../shared/format.ts";
import { ButtonLink } from "../shared/links.tsx";
import { Empty, Loaded, Page, Panel } from "../shared/page.tsx";
import { senderWords } from "./mails.tsx";

const route = getRouteApi("/mails/$id");

/** One mail to the desk, all of it as text, and what an agent can do with it. */
export default function Mail(): ReactNode {
  const { id } = route.useParams();
  const mail = useQuery({
    queryKey: ["mail", id],
    queryFn: () =>
      rows(
        backend()
          .supabase.from("received_mails")
          .select(
            "id, state, reason, from_address, subject, authentication, words, body, html, is_cut, file_count, received_at, ticket_id",
          )
          .eq("id", id)
          .single(),
      ),
  });
  return (
    <Page
      title={mail.data?.subject || "Mail"}
      actions={
        <ButtonLink to="/mails" variant="default">
          All mails
        </ButtonLink>
      }
    >
      <Loaded query={mail}>
        {(found) => (
          <SimpleGrid cols={{ base: 1, lg: 2 }}>
            <Stack>
              <Panel title="What came">
                <Facts
                  facts={[
                    ["From", found.from_address ?? "nobody"],
                    ["Sender", senderWords[found.authentication ?? "none"]],
                    ["Received", formatTime(found.received_at)],
                    ["State", formatCode(found.state)],
                    ["Why", formatCode(found.reason)],
                    ["Files", found.file_count],
                  ]}
                />
                {found.authentication === "fail" && (
                  <Alert color="red">
                    The receiver denies that this mail is from whom it claims to be from.
                  </Alert>
                )}
                {found.ticket_id !== null && (
                  <ButtonLink to="/desk/$id" params={{ id: found.ticket_id }}>
                    Its ticket
                  </ButtonLink>
                )}
              </Panel>
              {["held", "refused", "ignored"].includes(found.state) && (
                <Decision id={id} address={found.from_address ?? ""} />
              )}
            </Stack>
            <Stack>
              <Panel title="What they wrote">
                <Words text={found.words} />
                {found.is_cut && (
                  <Text size="xs" c="dimmed">
                    The mail is longer than what is kept.
                  </Text>
                )}
              </Panel>
              <Panel title="The whole text">
                <Words text={found.body} />
              </Panel>
              {found.html !== null && (
                <Panel title="Its HTML, as text">
                  <Words text={found.html} />
                </Panel>
              )}
            </Stack>
          </SimpleGrid>
        )}
      </Loaded>
    </Page>
  );
}

/** What a stranger wrote is never more than text. */
function Words({ text }: { text: string | null }): ReactNode {
  if (!text) return <Empty title="Nothing is kept of it" />;
  return (
    <Code block tabIndex={0} mah={420} style={{ overflow: "auto", whiteSpace: "pre-wrap" }}>
      {text}
    </Code>
  );
}

/** The account that has an address or an id. */
async function accountOf(named: string): Promise<string> {
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(named);
  const [found] = await rows(
    backend()
      .supabase.from("profiles")
      .select("id")
      .eq(isId ? "id" : "email", named)
      .limit(1),
  );
  if (found === undefined) throw new Error("No account has this address or id.");
  return found.id;
}

function Decision({ id, address }: { id: string; address: string }): ReactNode {
  const navigate = route.useNavigate();
  const { tickets } = backend().api;
  const [named, setNamed] = useState(address);
  const changes = [["mails"], ["mail", id], ["desk"]];
  const accept = useAction(
    async () =>
      answer(
        tickets.acceptMail({ mail_id: id, user_id: await accountOf(named.trim().toLowerCase()) }),
      ),
    {
      changes,
      done: (ticket) => {
        say(`It opened ${ticket.ticket_number}.`);
        void navigate({ to: "/desk/$id", params: { id: ticket.id } });
      },
      isShownElsewhere: true,
    },
  );
  const discard = useAction(() => answer(tickets.discardMail({ mail_id: id })), {
    changes,
    done: () => {
      say("The mail is thrown away.");
      void navigate({ to: "/mails" });
    },
  });
  return (
    <Panel title="What becomes of it">
      <Form action={accept} onSubmit={() => accept.mutate(undefined)}>
        <TextInput
          label="Whose ticket it becomes"
          description="The address or the id of the customer's account."
          required
          value={named}
          onChange={({ currentTarget }) => setNamed(currentTarget.value)}
        />
        <Group justify="space-between">
          <Button
            color="red"
            variant="light"
            loading={discard.isPending}
            onClick={() =>
              window.confirm("Throw this mail away, with what it says?") &&
              discard.mutate(undefined)
            }
          >
            Discard
          </Button>
          <Button type="submit" loading={accept.isPending}>
            Open a ticket
          </Button>
        </Group>
      </Form>
    </Panel>
  );
}

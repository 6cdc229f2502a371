import { Alert, Button, CopyButton, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { answer } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { say, useAction } from "../shared/actions.ts";
import { TextInput } from "../shared/controls.ts";
import { formatTime } from "../shared/format.ts";
import { Loaded, Panel } from "../shared/page.tsx";

const changes = [["calendar-link"]];

/** What a calendar program subscribes to: made, copied once, revoked. */
export function CalendarLink(): ReactNode {
  const { config, api } = backend();
  const [address, setAddress] = useState<string | null>(null);
  const link = useQuery({
    queryKey: ["calendar-link"],
    queryFn: () => answer(api.classes.calendarLink()),
  });
  const create = useAction(() => answer(api.classes.createCalendarLink()), {
    changes,
    done: ({ token }) => setAddress(`${config.url}/functions/v1/calendar?token=${token}`),
  });
  const revoke = useAction(() => answer(api.classes.revokeCalendarLink()), {
    changes,
    done: () => {
      setAddress(null);
      say("The link is revoked.");
    },
  });
  return (
    <Panel title="In your calendar">
      <Loaded query={link}>
        {({ created_at }) => (
          <>
            <Text size="sm" mb="sm">
              {created_at === null
                ? "A secret link lets your calendar program show your classes."
                : `There has been a secret link since ${formatTime(created_at)}. A new one ends it.`}
            </Text>
            {address !== null && (
              <Alert mb="sm" title="Shown this once: subscribe to it in your calendar program">
                <Group align="end">
                  <TextInput flex={1} label="Address" value={address} readOnly />
                  <CopyButton value={address}>
                    {({ copied, copy }) => (
                      <Button variant="default" onClick={copy}>
                        {copied ? "Copied" : "Copy"}
                      </Button>
                    )}
                  </CopyButton>
                </Group>
              </Alert>
            )}
            <Group>
              <Button
                variant="default"
                loading={create.isPending}
                onClick={() => create.mutate(undefined)}
              >
                {created_at === null ? "Make a link" : "Make a new link"}
              </Button>
              {created_at !== null && (
                <Button
                  color="red"
                  variant="light"
                  loading={revoke.isPending}
                  onClick={() => revoke.mutate(undefined)}
                >
                  Revoke
                </Button>
              )}
            </Group>
          </>
        )}
      </Loaded>
    </Panel>
  );
}

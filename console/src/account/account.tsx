import { Alert, Button, Group, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { answer, Refusal, written } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { useProfile } from "../app/session.tsx";
import { say, useAction } from "../shared/actions.ts";
import { TextInput } from "../shared/controls.ts";
import { saveFile } from "../shared/download.ts";
import { Form } from "../shared/form.tsx";
import { formatTime, zone } from "../shared/format.ts";
import { Loaded, Page, Panel } from "../shared/page.tsx";
import { ZoneSelect } from "../shared/zone-select.tsx";

type Profile = NonNullable<ReturnType<typeof useProfile>["data"]>;

const changes = [["profile"]];

/** The caller's own account: name and zone, what is kept of them, its end. */
export default function Account(): ReactNode {
  return (
    <Page title="Account">
      <Loaded query={useProfile()}>
        {(profile) => (
          <>
            <Person key={profile.updated_at} profile={profile} />
            <Export />
            <Deletion profile={profile} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Person({ profile }: { profile: Profile }): ReactNode {
  const [name, setName] = useState(profile.full_name ?? "");
  const [timeZone, setTimeZone] = useState(profile.time_zone);
  const save = useAction(
    () =>
      written(
        backend()
          .supabase.from("profiles")
          .update({ full_name: name.trim() === "" ? null : name.trim(), time_zone: timeZone })
          .eq("id", profile.id),
      ),
    { changes, done: () => say("Saved."), isShownElsewhere: true },
  );
  return (
    <Panel title="You">
      <Form action={save} onSubmit={() => save.mutate(undefined)} maw={420}>
        <TextInput label="Email" value={profile.email ?? ""} readOnly />
        <TextInput
          label="Account id"
          description="A teacher who enrols you may ask for it, and so may support."
          value={profile.id}
          readOnly
        />
        <TextInput
          label="Name"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <ZoneSelect
          description={`Days of your account are cut in it. This browser is in ${zone}.`}
          first={[profile.time_zone]}
          value={timeZone}
          onChange={setTimeZone}
        />
        <Group>
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
        </Group>
      </Form>
    </Panel>
  );
}

/** All pages of the export, as one file. */
async function exportAll(): Promise<string> {
  const pages: unknown[] = [];
  for await (const { data, error } of backend().api.account.export()) {
    if (error) throw new Refusal(error);
    pages.push(data);
  }
  return JSON.stringify(pages, null, 2);
}

function Export(): ReactNode {
  const save = useAction(exportAll, {
    done: (text) => saveFile("my-data.json", text, "application/json"),
  });
  return (
    <Panel title="Your data">
      <Text size="sm" mb="sm">
        Everything that is kept of you, as one JSON file.
      </Text>
      <Button variant="default" loading={save.isPending} onClick={() => save.mutate(undefined)}>
        Export my data
      </Button>
    </Panel>
  );
}

function Deletion({ profile }: { profile: Profile }): ReactNode {
  const { account } = backend().api;
  const request = useAction(() => answer(account.requestDeletion()), {
    changes,
    done: ({ deleted_after }) => say(`The account is deleted after ${formatTime(deleted_after)}.`),
  });
  const cancel = useAction(() => answer(account.cancelDeletion()), {
    changes,
    done: () => say("The account stays."),
  });
  return (
    <Panel title="The end of the account">
      {profile.deletion_requested_at === null ? (
        <>
          <Text size="sm" mb="sm">
            Deletion takes all of your data along. You can take the request back for a while.
          </Text>
          <Button
            color="red"
            variant="light"
            loading={request.isPending}
            onClick={() =>
              window.confirm("Ask for the deletion of this account?") && request.mutate(undefined)
            }
          >
            Delete my account
          </Button>
        </>
      ) : (
        <Alert color="red" title={`Asked for on ${formatTime(profile.deletion_requested_at)}`}>
          <Button
            variant="default"
            loading={cancel.isPending}
            onClick={() => cancel.mutate(undefined)}
          >
            Keep the account
          </Button>
        </Alert>
      )}
    </Panel>
  );
}

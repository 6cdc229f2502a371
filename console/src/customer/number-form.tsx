import { type ReactNode, useState } from "react";
import type { Body } from "switchboard-client";
import { answer } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { say, useAction } from "../shared/actions.ts";
import { PasswordInput, SegmentedControl, Select, TextInput } from "../shared/controls.ts";
import { FormDialog } from "../shared/form-dialog.tsx";
import { useAssistants } from "./assistants-of-mine.ts";

const empty = { number: "", sid: "", token: "", area: "", name: "" };

/** Connects a number of the caller's at Twilio, or gets one from VAPI. */
export function NumberForm({ onClose }: { onClose: () => void }): ReactNode {
  const [provider, setProvider] = useState("vapi");
  const [written, setWritten] = useState(empty);
  const [assistant, setAssistant] = useState<string | null>(null);
  const { data: assistants = [] } = useAssistants();
  const field = (key: keyof typeof empty) => ({
    value: written[key],
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget;
      setWritten((before) => ({ ...before, [key]: value }));
    },
  });
  const connect = useAction(
    () => {
      const common = {
        assistant_id: assistant,
        ...(written.name !== "" && { friendly_name: written.name }),
      };
      const body: Body<"postPhoneNumbers"> =
        provider === "vapi"
          ? { ...common, provider: "vapi", area_code: written.area }
          : {
              ...common,
              provider: "twilio",
              phone_number: written.number,
              twilio_account_sid: written.sid,
              twilio_auth_token: written.token,
            };
      return answer(backend().api.numbers.connect(body));
    },
    {
      changes: [["numbers"]],
      done: ({ phone_number }) => {
        say(`${phone_number ?? "The number"} is connected.`);
        onClose();
      },
      isShownElsewhere: true,
    },
  );
  return (
    <FormDialog title="Connect a number" label="Connect" save={connect} onClose={onClose}>
      <SegmentedControl
        aria-label="Where the number is from"
        value={provider}
        onChange={setProvider}
        data={[
          { value: "vapi", label: "A new number" },
          { value: "twilio", label: "My number at Twilio" },
        ]}
      />
      {provider === "vapi" ? (
        <TextInput
          label="Area code"
          description="Three digits, in the United States."
          required
          {...field("area")}
        />
      ) : (
        <>
          <TextInput label="Number" placeholder="+15551234567" required {...field("number")} />
          <TextInput label="Account SID" required {...field("sid")} />
          <PasswordInput
            label="Auth token"
            description="It passes through to the provider and is stored nowhere."
            required
            {...field("token")}
          />
        </>
      )}
      <TextInput label="Name" {...field("name")} />
      <Select
        label="Answered by"
        placeholder="Nobody yet"
        clearable
        value={assistant}
        data={assistants.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={setAssistant}
      />
    </FormDialog>
  );
}

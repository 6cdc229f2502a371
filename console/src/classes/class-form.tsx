import type { ReactNode } from "react";
import { useState } from "react";
import { rows } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { say, useAction } from "../shared/actions.ts";
import { NumberInput, Textarea, TextInput } from "../shared/controls.ts";
import { valuesOf } from "../shared/enums.ts";
import { FormDialog } from "../shared/form-dialog.tsx";
import { zone } from "../shared/format.ts";
import { localTime } from "../shared/local-time.ts";
import { OneOf } from "../shared/one-of.tsx";

const providers = valuesOf<"meeting_provider">()(["zoom", "google_meet"]);

/** What a teacher plans of a class. */
export interface Plan {
  readonly id: string;
  readonly title: string;
  readonly description: string | null;
  readonly provider: (typeof providers)[number];
  readonly meeting_id: string | null;
  readonly scheduled_start: string;
  readonly duration_minutes: number;
}

/** The next full hour, which most classes begin at. */
function nextHour(): string {
  const time = new Date();
  time.setHours(time.getHours() + 1, 0, 0, 0);
  return localTime(time);
}

/** Plans a class, or changes its plan. */
export function ClassForm({
  plan,
  onClose,
  onSaved = () => {},
}: {
  plan: Plan | null;
  onClose: () => void;
  onSaved?: (id: string) => void;
}): ReactNode {
  const [title, setTitle] = useState(plan?.title ?? "");
  const [description, setDescription] = useState(plan?.description ?? "");
  const [provider, setProvider] = useState(plan?.provider ?? "zoom");
  const [meeting, setMeeting] = useState(plan?.meeting_id ?? "");
  const [begins, setBegins] = useState(
    plan === null ? nextHour() : localTime(new Date(plan.scheduled_start)),
  );
  const [minutes, setMinutes] = useState<number | string>(plan?.duration_minutes ?? 60);
  const save = useAction(
    () => {
      const planned = {
        title,
        description: description.trim() || null,
        provider,
        meeting_id: meeting.trim() || null,
        scheduled_start: new Date(begins).toISOString(),
        duration_minutes: Number(minutes),
      };
      const table = backend().supabase.from("live_classes");
      const written =
        plan === null ? table.insert(planned) : table.update(planned).eq("id", plan.id);
      return rows(written.select("id").single());
    },
    {
      changes: [["classes"], ["class"], ["plan"], ["attendance"], ["sessions"]],
      done: ({ id }) => {
        say("The class is on the schedule.");
        onClose();
        onSaved(id);
      },
      isShownElsewhere: true,
    },
  );
  return (
    <FormDialog
      title={plan === null ? "New class" : "Change the class"}
      save={save}
      onClose={onClose}
    >
      <TextInput
        label="Title"
        required
        data-autofocus
        maxLength={200}
        value={title}
        onChange={({ currentTarget }) => setTitle(currentTarget.value)}
      />
      <Textarea
        label="What it is about"
        autosize
        minRows={2}
        maxRows={8}
        maxLength={5000}
        value={description}
        onChange={({ currentTarget }) => setDescription(currentTarget.value)}
      />
      <TextInput
        type="datetime-local"
        label="Begins"
        description={`In ${zone}.`}
        required
        value={begins}
        onChange={({ currentTarget }) => setBegins(currentTarget.value)}
      />
      <NumberInput
        label="Minutes"
        required
        allowDecimal={false}
        min={5}
        max={1440}
        value={minutes}
        onChange={setMinutes}
      />
      <OneOf label="Where it meets" values={providers} value={provider} onChange={setProvider} />
      <TextInput
        label="Meeting"
        description="Its number, code or link. It can follow later."
        value={meeting}
        onChange={({ currentTarget }) => setMeeting(currentTarget.value)}
      />
    </FormDialog>
  );
}

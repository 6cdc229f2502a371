import { Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { say, useAction } from "../shared/actions.ts";
import { NumberInput } from "../shared/controls.ts";
import { FormDialog } from "../shared/form-dialog.tsx";

/** A number that an admin sets. */
export interface NumberField<Name extends string> {
  readonly name: Name;
  readonly label: string;
  readonly value: number | null;
  /** How the console shows it elsewhere. */
  readonly format: (value: number) => string;
  /** What an empty field stands for; without it there has to be a number. */
  readonly empty?: string;
}

type Values<Name extends string> = Partial<Record<Name, number | null>>;

/** Asks for whole numbers. What was not changed is not sent, so that two admins do not undo each other's changes. */
export function NumbersForm<Name extends string>({
  title,
  note,
  fields: current,
  save,
  changes,
  onClose,
}: {
  title: string;
  note: string;
  fields: readonly NumberField<Name>[];
  save: (changed: Values<Name>) => Promise<unknown>;
  changes: readonly (readonly string[])[];
  onClose: () => void;
}): ReactNode {
  const [fields] = useState(current);
  const [typed, setTyped] = useState<Values<Name>>({});
  const isChanged = ({ name, value }: NumberField<Name>) => (typed[name] ?? null) !== value;
  const changed = fields.filter((field) => field.name in typed && isChanged(field));
  const set = useAction(
    () => {
      const values: Values<Name> = {};
      for (const { name } of changed) values[name] = typed[name] ?? null;
      return save(values);
    },
    {
      changes,
      done: () => {
        say("It holds from now on.");
        onClose();
      },
      isShownElsewhere: true,
    },
  );
  return (
    <FormDialog title={title} save={set} isDisabled={changed.length === 0} onClose={onClose}>
      {fields.map(({ name, label, value, format, empty }) => {
        const now = name in typed ? (typed[name] ?? null) : value;
        return (
          <NumberInput
            key={name}
            label={label}
            description={now === null ? empty : format(now)}
            placeholder={empty ?? ""}
            required={empty === undefined}
            allowDecimal={false}
            min={0}
            value={now ?? ""}
            onChange={(given) =>
              setTyped((before) => ({
                ...before,
                [name]: given === "" ? null : Number(given),
              }))
            }
          />
        );
      })}
      <Text size="sm">{note}</Text>
    </FormDialog>
  );
}

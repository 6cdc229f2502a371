import { notifications } from "@mantine/notifications";
import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";

const closeButtonProps = { "aria-label": "Close" };

/** Says briefly that something was done. */
export function say(message: string): void {
  notifications.show({ message, color: "teal", closeButtonProps });
}

/** Something that a person does here. What it changes is asked for again, and a refusal is shown in words. */
export function useAction<Input, Output>(
  act: (input: Input) => Promise<Output>,
  {
    changes = [],
    done,
    isShownElsewhere = false,
  }: {
    readonly changes?: readonly QueryKey[];
    readonly done?: (output: Output, input: Input) => void;
    /** Whether the page itself shows why it was refused. */
    readonly isShownElsewhere?: boolean;
  } = {},
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: done ?? (() => {}),
    onError: (error) => {
      if (!isShownElsewhere) {
        notifications.show({
          title: "This did not work",
          message: error.message,
          color: "red",
          closeButtonProps,
        });
      }
    },
    onSettled: () =>
      Promise.all(changes.map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}

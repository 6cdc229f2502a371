import { Button } from "@mantine/core";
import type { ReactNode } from "react";

/** Opens the form of one row of a table. */
export function Change({ label, onClick }: { label: string; onClick: () => void }): ReactNode {
  return (
    <Button size="xs" variant="default" aria-label={label} onClick={onClick}>
      Change
    </Button>
  );
}

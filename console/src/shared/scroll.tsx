import { Box } from "@mantine/core";
import type { ReactNode } from "react";

/** What may be wider than a phone scrolls by itself; the keyboard reaches it. */
export function Scroll({
  minWidth,
  children,
}: {
  minWidth: number;
  children: ReactNode;
}): ReactNode {
  return (
    <Box tabIndex={0} style={{ overflowX: "auto" }}>
      <Box miw={minWidth}>{children}</Box>
    </Box>
  );
}

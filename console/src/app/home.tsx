import { Navigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Loaded } from "../shared/page.tsx";
import { groupsFor } from "./navigation.ts";
import { useProfile } from "./session.tsx";

/** Leads to the first page of the person's menu. */
export default function Home(): ReactNode {
  return (
    <Loaded query={useProfile()}>
      {({ role }) => <Navigate to={groupsFor(role)[0]?.entries[0]?.to ?? "/usage"} replace />}
    </Loaded>
  );
}

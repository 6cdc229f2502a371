import { useQuery } from "@tanstack/react-query";
import { rows } from "../app/answers.ts";
import { backend } from "../app/backend.ts";

/** The caller's assistants, the newest first. */
export function useAssistants() {
  return useQuery({
    queryKey: ["assistants"],
    queryFn: () =>
      rows(
        backend()
          .supabase.from("assistants")
          .select(
            "id, name, is_active, configuration, provisioning, provisioning_error, created_at",
          )
          .order("created_at", { ascending: false }),
      ),
    // While VAPI is being told, its answer is looked for.
    refetchInterval: ({ state }) =>
      state.data?.some(({ provisioning }) => provisioning === "pending") ? 5_000 : false,
  });
}

export type Assistant = NonNullable<ReturnType<typeof useAssistants>["data"]>[number];

import { page } from "../app/root-route.tsx";
import { oneOf } from "../shared/search.ts";

interface ClassesSearch {
  readonly when?: "past" | undefined;
}

export const classRoutes = [
  page(
    "/classes",
    () => import("./classes.tsx"),
    (search): ClassesSearch => ({ when: oneOf(["past"], search.when) }),
  ),
  page("/classes/$id", () => import("./class.tsx")),
] as const;

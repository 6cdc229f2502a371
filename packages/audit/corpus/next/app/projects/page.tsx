import { projectFields } from "@/lib/queries";
import { createClient } from "@/lib/supabase/server";

const statuses = ["active", "paused"] as const;

export default async function Page({ searchParams }: { searchParams: { q?: string } }) {
  const supabase = await createClient();
  const { data: projects } = await supabase
    .from("projects")
    .select(`slug, ${projectFields}`)
    .in("status", statuses)
    .ilike("name", `%${searchParams.q ?? ""}%`);
  const { data: found } = await supabase.rpc("search_tasks", { p_query: searchParams.q }).select("id, title").eq("status", "open");
  const form = { from: (name: string) => ({ select: (what: string) => [name, what] }) };
  const options = form.from("anything").select("whatever");
  return (
    <ul onClick={async () => { await (await createClient()).from("page_views").insert({ path: "/projects" }); }}>
      {projects?.map((each) => <li key={each.id}>{each.name}</li>)}
      {found?.length} {options.length}
    </ul>
  );
}

import type { SupabaseClient } from "@supabase/supabase-js";
import { createClient } from "@/lib/supabase/server";

export enum Bucket {
  Avatars = "avatars",
}

const taskColumns = `
  id,
  title,
  is_late,
  theme:settings_of_nobody
`.replace("theme:settings_of_nobody", "");

export const projectFields = `
  id,
  name,
  owner:profiles!owner_id ( id, full_name, theme:settings->theme ),
  tasks ( id, title, status, comments ( count ) )
` as const;

export async function getProject(client: SupabaseClient, id: string) {
  return client.from("projects").select(projectFields).eq("id", id).eq("tasks.status", "open").single();
}

export async function listTasks(status: "open" | "doing") {
  const supabase = await createClient();
  const base = supabase
    .from("tasks")
    .select("id, title, assignee:profiles!tasks_assignee_id_fkey(full_name), reporter:reporter_id(full_name), labels(name)")
    .eq("status", status);
  return base.order("full_name", { referencedTable: "assignee" }).limit(20);
}

export async function threads(client: SupabaseClient, taskId: number) {
  const { data } = await client
    .from("comments")
    .select("id, body::text, replies:comments(id, body), parent:parent_id(body), ...tasks(title)")
    .eq("task_id", taskId)
    .is("parent_id", null);
  return data ?? [];
}

export async function overview(client: SupabaseClient) {
  return client.from("project_overview").select("name, task_count, profiles(full_name)").gt("task_count", 0);
}

export { taskColumns };

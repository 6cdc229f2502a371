import { ref } from "vue";
import { supabase } from "@/lib/supabase";

const table = "tasks" as const;

export function useTasks(projectId: string) {
  const tasks = ref<unknown[]>([]);
  async function load(filter: { status?: string; search?: string }) {
    const query = supabase.from(table).select("id, title, status, priority").eq("project_id", projectId);
    if (filter.search) query.ilike("title", `%${filter.search}%`);
    if (filter.status) void query.eq("status", filter.status);
    const { data } = await query.order("priority").range(0, 19);
    tasks.value = (data ?? []).filter((task) => task.title).map((task) => ({ ...task, nothing: 1 }));
  }
  async function add(title: string) {
    const task = { project_id: projectId, title };
    await supabase.from(table).insert([{ ...task, priority: 1 }]);
  }
  return { tasks, load, add };
}

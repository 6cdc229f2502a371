import { Bucket } from "@/lib/queries";
import { createClient } from "@/lib/supabase/server";

export async function POST(request: Request) {
  const supabase = await createClient();
  const body = await request.json();
  const defaults = { priority: 2, status: "open" } as const;
  const { data, error } = await supabase
    .from("tasks")
    .insert({ ...defaults, project_id: body.project_id, title: body.title })
    .select("id, number")
    .single();
  if (error) return Response.json({ code: error.code }, { status: 400 });
  await supabase.from("task_labels").upsert([{ task_id: data.id, label_id: 1 }], { onConflict: "task_id,label_id" });
  await supabase.rpc("move_task", { p_task_id: data.id, p_status: "doing" });
  await supabase.storage.from(Bucket.Avatars).list();
  return Response.json(data, { status: 201 });
}

export async function PATCH(request: Request) {
  const supabase = await createClient();
  const { id, done } = await request.json();
  await supabase.from("tasks").update({ status: done ? "done" : "doing", due_on: null }).eq("id", id);
  return new Response(null, { status: 204 });
}

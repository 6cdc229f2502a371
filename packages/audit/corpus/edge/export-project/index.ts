import { adminClient } from "../_shared/client.ts";

const bucket = "attachments";

Deno.serve(async (request: Request) => {
  const db = adminClient();
  const { project } = await request.json();
  const { data: tasks } = await db.from("tasks").select("*, siblings(id), comments(body, profiles(full_name))").eq("project_id", project);
  const { data: totals } = await db.rpc("task_totals", { p_project_id: project });
  const changes: Record<string, unknown> = { archived_at: new Date().toISOString() };
  if (tasks?.length === 0) changes.status = "closed";
  await db.from("projects").update(changes).eq("id", project);
  await db.storage.from(bucket).upload(`${project}.json`, JSON.stringify({ tasks, totals }));
  await db.from("labels").upsert({ name: "exported" }, { onConflict: "name", ignoreDuplicates: true });
  return new Response(null, { status: 204 });
});

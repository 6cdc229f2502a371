import { adminClient, save } from "../_shared/client.ts";

Deno.serve(async (request) => {
  const db = adminClient();
  const { since } = await request.json();
  const { data: people } = await db
    .from("profiles")
    .select("id, full_name, projects(name, tasks(title, status))")
    .contains("settings", { digest: true })
    .not("role", "eq", "guest");
  for (const person of people ?? []) {
    await save(db, "page_views", { path: `/digest/${person.id}` });
    await save(db, "comments", { task_id: 1, author_id: person.id, body: "digest" });
  }
  const { data: mine } = await db
    .from("tasks")
    .select("id, projects!inner(name, owner_id)")
    .eq("projects.status", "active")
    .filter("status", "in", '("open","doing")')
    .gte("due_on", since);
  return Response.json({ sent: people?.length, mine });
});

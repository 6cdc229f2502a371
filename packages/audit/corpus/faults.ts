import type { MissingKind, SchemaKind } from "../src/report.ts";

/** One planted fault: the text of a line and what it becomes. The finding is due on that line. */
export interface Fault {
  file: string;
  was: string;
  becomes: string;
  kind: MissingKind;
  /** The nearest name that the finding must give, where one is due. */
  nearest?: string;
}

/** Faults by code base; each is planted in its clean copy, all together. */
export const faults: Readonly<Record<string, readonly Fault[]>> = {
  express: [
    { file: "lib/tables.js", was: '{ projects: "projects",', becomes: '{ projects: "project",', kind: "missing_table", nearest: "projects" },
    { file: "lib/tables.js", was: '["id", "title", "status", "due_on"]', becomes: '["id", "title", "state", "due_on"]', kind: "missing_column" },
    { file: "routes/projects.js", was: 'row.status = "paused"', becomes: 'row.status = "on_hold"', kind: "value_not_allowed" },
    { file: "routes/projects.js", was: "{ owner_id: req.user.id, name: req.body.name, slug: req.body.slug };", becomes: "{ owner_id: req.user.id, slug: req.body.slug };", kind: "omitted_not_null" },
    { file: "routes/projects.js", was: '.select("id, created_at")', becomes: '.select("id, createdAt")', kind: "missing_column", nearest: "created_at" },
    { file: "routes/projects.js", was: '{ onConflict: "slug" }', becomes: '{ onConflict: "name" }', kind: "upsert_without_unique" },
    { file: "routes/projects.js", was: '.select("day, tasks_done").gte("day"', becomes: '.select("day, done").gte("day"', kind: "missing_column", nearest: "tasks_done" },
    { file: "routes/projects.js", was: '.schema("reporting").from("daily_totals")', becomes: '.schema("reports").from("daily_totals")', kind: "missing_schema", nearest: "reporting" },
    { file: "routes/projects.js", was: '.order("total")', becomes: '.order("count")', kind: "missing_column" },
    { file: "routes/tasks.js", was: 'query.eq("assignee_id"', becomes: 'query.eq("assigned_to"', kind: "missing_column" },
    { file: "routes/tasks.js", was: "priority.eq.1,and(priority.eq.2,due_on.is.null)", becomes: "priority.eq.1,and(priority.eq.2,due_at.is.null)", kind: "missing_column", nearest: "due_on" },
    { file: "routes/tasks.js", was: 'countRows("comments", "body")', becomes: 'countRows("comments", "text")', kind: "missing_column" },
    { file: "routes/tasks.js", was: "priority: 3 }", becomes: "priority: 4 }", kind: "value_not_allowed" },
    { file: "routes/tasks.js", was: "{ author_id: each.by }", becomes: "{ user_id: each.by }", kind: "missing_column" },
    { file: "routes/tasks.js", was: '{ id: req.params.id, status: "done" }', becomes: '{ id: req.params.id, status: "complete" }', kind: "value_not_allowed" },
    { file: "routes/tasks.js", was: 'storage.from("attachments")', becomes: 'storage.from("attachment")', kind: "missing_bucket", nearest: "attachments" },
    { file: "routes/tasks.js", was: 'invoke("send-digest"', becomes: 'invoke("send-digests"', kind: "missing_edge_function", nearest: "send-digest" },
  ],
  next: [
    { file: "lib/queries.ts", was: "  name,\n  owner:profiles!owner_id", becomes: "  name, title,\n  owner:profiles!owner_id", kind: "missing_column" },
    { file: "lib/queries.ts", was: "comments ( count )", becomes: "notes ( count )", kind: "missing_table" },
    { file: "lib/queries.ts", was: '.eq("tasks.status", "open")', becomes: '.eq("task.status", "open")', kind: "embed_not_selected", nearest: "tasks" },
    { file: "lib/queries.ts", was: "assignee:profiles!tasks_assignee_id_fkey(full_name)", becomes: "assignee:profiles(full_name)", kind: "embed_is_ambiguous" },
    { file: "lib/queries.ts", was: '.eq("status", status);', becomes: '.eq("state", status);', kind: "missing_column" },
    { file: "lib/queries.ts", was: "...tasks(title)", becomes: "...labels(name)", kind: "embed_without_foreign_key" },
    { file: "lib/queries.ts", was: '.eq("task_id", taskId)', becomes: '.eq("taskId", taskId)', kind: "missing_column", nearest: "task_id" },
    { file: "lib/queries.ts", was: "profiles(full_name)\").gt", becomes: "profiles(fullname)\").gt", kind: "missing_column", nearest: "full_name" },
    { file: "app/projects/page.tsx", was: '["active", "paused"]', becomes: '["active", "pausd"]', kind: "value_not_allowed", nearest: "paused" },
    { file: "app/projects/page.tsx", was: ".select(`slug, ${projectFields}`)", becomes: ".select(`path, ${projectFields}`)", kind: "missing_column" },
    { file: "app/projects/page.tsx", was: "{ p_query: searchParams.q }", becomes: "{ query: searchParams.q }", kind: "missing_argument", nearest: "p_query" },
    { file: "app/projects/page.tsx", was: '.insert({ path: "/projects" })', becomes: '.upsert({ path: "/projects" })', kind: "upsert_without_unique" },
    { file: "app/api/tasks/route.ts", was: 'status: "open" }', becomes: 'status: "new" }', kind: "value_not_allowed" },
    { file: "app/api/tasks/route.ts", was: "title: body.title }", becomes: "title: null }", kind: "omitted_not_null" },
    { file: "app/api/tasks/route.ts", was: '"id, number")', becomes: '"id, number, profiles!assignee_id full_name")', kind: "select_syntax" },
    { file: "app/api/tasks/route.ts", was: "[{ task_id: data.id, label_id: 1 }]", becomes: "[{ task_id: data.id }]", kind: "omitted_not_null" },
    { file: "app/api/tasks/route.ts", was: 'p_status: "doing"', becomes: 'p_status: "started"', kind: "value_not_allowed" },
    { file: "app/api/tasks/route.ts", was: 'done ? "done"', becomes: 'done ? "finished"', kind: "value_not_allowed" },
    { file: "lib/queries.ts", was: 'Avatars = "avatars"', becomes: 'Avatars = "avatar"', kind: "missing_bucket", nearest: "avatars" },
    { file: "app/board/board.tsx", was: 'table: "tasks"', becomes: 'table: "todos"', kind: "missing_table" },
    { file: "app/board/board.tsx", was: '"id, name, color"', becomes: '"id, name, colour"', kind: "missing_column", nearest: "color" },
    { file: "app/board/board.tsx", was: 'textSearch("name"', becomes: 'textSearch("title"', kind: "missing_column" },
    { file: "app/board/board.tsx", was: "export-project/csv", becomes: "export-projects/csv", kind: "missing_edge_function", nearest: "export-project" },
  ],
  edge: [
    { file: "send-digest/index.ts", was: "projects(name, tasks(title, status))", becomes: "projects(name, tasks(title, state))", kind: "missing_column" },
    { file: "send-digest/index.ts", was: '.contains("settings"', becomes: '.contains("preferences"', kind: "missing_column" },
    { file: "send-digest/index.ts", was: '.not("role", "eq", "guest")', becomes: '.not("role", "eq", "visitor")', kind: "value_not_allowed" },
    { file: "send-digest/index.ts", was: '"page_views", { path:', becomes: '"page_visits", { path:', kind: "missing_table", nearest: "page_views" },
    { file: "send-digest/index.ts", was: 'author_id: person.id, body: "digest"', becomes: 'author_id: person.id, content: "digest", body: ""', kind: "missing_column" },
    { file: "send-digest/index.ts", was: '.eq("projects.status", "active")', becomes: '.eq("projects.status", "live")', kind: "value_not_allowed" },
    { file: "send-digest/index.ts", was: '.gte("due_on", since)', becomes: '.gte("due", since)', kind: "missing_column", nearest: "due_on" },
    { file: "export-project/index.ts", was: "comments(body, profiles(full_name))", becomes: "comments(body, labels(name))", kind: "embed_without_foreign_key" },
    { file: "export-project/index.ts", was: 'rpc("task_totals"', becomes: 'rpc("tasks_totals"', kind: "missing_function", nearest: "task_totals" },
    { file: "export-project/index.ts", was: "{ archived_at:", becomes: "{ closed_at:", kind: "missing_column" },
    { file: "export-project/index.ts", was: 'changes.status = "closed"', becomes: 'changes.status = "archived"', kind: "value_not_allowed" },
    { file: "export-project/index.ts", was: 'const bucket = "attachments"', becomes: 'const bucket = "exports"', kind: "missing_bucket" },
    { file: "export-project/index.ts", was: '{ onConflict: "name", ignore', becomes: '{ onConflict: "title", ignore', kind: "missing_column" },
  ],
  vue: [
    { file: "src/composables/useTasks.ts", was: 'const table = "tasks"', becomes: 'const table = "task"', kind: "missing_table", nearest: "tasks" },
    { file: "src/pages/Project.vue", was: '"name, status, owner_id, profiles(full_name)"', becomes: '"name, status, owner_id, profile(full_name)"', kind: "missing_table", nearest: "profiles" },
    { file: "src/pages/Project.vue", was: '.eq("id", props.id)\n    .maybeSingle()', becomes: '.eq("uuid", props.id)\n    .maybeSingle()', kind: "missing_column" },
    { file: "src/pages/Project.vue", was: '{ status: "closed" }', becomes: '{ status: "closed", closed_by: props.id }', kind: "missing_column" },
    { file: "src/pages/Project.vue", was: '{ p_query: "x", p_limit: 5 }', becomes: "{ p_limit: 5 }", kind: "omitted_argument" },
    { file: "src/pages/Project.vue", was: 'storage.from("avatars")', becomes: 'storage.from("pictures")', kind: "missing_bucket" },
    { file: "src/pages/Profile.vue", was: "settings->theme", becomes: "preferences->theme", kind: "missing_column" },
    { file: "src/pages/Profile.vue", was: 'role: "lead"', becomes: 'role: "boss"', kind: "value_not_allowed" },
    { file: "index.html", was: 'from("page_views")', becomes: 'from("pageviews")', kind: "missing_table", nearest: "page_views" },
  ],
};

/** A few that need a copy of their own, because another fault of the same file would hide them. */
export const singleFaults: readonly (Fault & { base: string })[] = [
  { base: "next", file: "app/projects/page.tsx", was: "{each.name}", becomes: "{each.archived_at}", kind: "column_not_selected" },
  { base: "next", file: "lib/queries.ts", was: '.order("full_name", {', becomes: '.order("last_name", {', kind: "missing_column" },
  { base: "vue", file: "src/composables/useTasks.ts", was: "priority: 1 }", becomes: "priority: 1, id: 7 }", kind: "generated_column_written" },
  { base: "vue", file: "src/composables/useTasks.ts", was: '.ilike("title"', becomes: '.ilike("name"', kind: "missing_column" },
  { base: "vue", file: "src/composables/useTasks.ts", was: '.order("priority")', becomes: '.order("position")', kind: "missing_column" },
  { base: "vue", file: "src/composables/useTasks.ts", was: "[{ ...task, priority: 1 }]", becomes: "[{ title, priority: 1 }]", kind: "omitted_not_null" },
  { base: "express", file: "routes/projects.js", was: "owner:profiles(full_name, role)", becomes: "owner:profiles(full_name, rank)", kind: "missing_column" },
  { base: "express", file: "routes/projects.js", was: '.eq("status", "active")', becomes: '.eq("status", "activ")', kind: "value_not_allowed", nearest: "active" },
  { base: "express", file: "lib/supabase.js", was: 'schema: "reporting"', becomes: 'schema: "private"', kind: "schema_not_exposed" },
  { base: "express", file: "routes/tasks.js", was: '.neq("status", "done")', becomes: '.neq("stage", "done")', kind: "missing_column" },
  { base: "edge", file: "export-project/index.ts", was: "siblings(id)", becomes: "siblings(uid)", kind: "missing_column" },
  { base: "edge", file: "send-digest/index.ts", was: "{ task_id: 1, author_id", becomes: "{ author_id", kind: "omitted_not_null" },
];

/** What the faulty migration plants in the schema. */
export const schemaFaults: readonly { kind: SchemaKind; object: string }[] = [
  { kind: "table_without_rls", object: "open_table" },
  { kind: "unused_table", object: "open_table" },
  { kind: "rls_without_policy", object: "silent_table" },
  { kind: "unused_table", object: "silent_table" },
  { kind: "unused_table", object: "careless" },
  { kind: "policy_always_true", object: 'careless "everybody writes"' },
  { kind: "unwrapped_auth_call", object: 'careless "asks for every row"' },
  { kind: "definer_function_executable", object: "reset_everything()" },
  { kind: "foreign_key_without_index", object: "careless (label_id)" },
  { kind: "foreign_key_without_action", object: "careless (label_id)" },
];

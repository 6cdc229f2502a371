const express = require("express");
const { supabase } = require("../lib/supabase");
const { TABLES, TASK_COLUMNS } = require("../lib/tables");

const router = express.Router();

function openTasks() {
  return supabase.from(TABLES.tasks).select(TASK_COLUMNS.join(", ")).neq("status", "done");
}

async function countRows(table, column) {
  const { count } = await supabase.from(table).select(column, { count: "exact", head: true });
  return count;
}

router.get("/", async (req, res) => {
  let query = openTasks();
  if (req.query.assignee) query = query.eq("assignee_id", req.query.assignee);
  if (req.query.late) query = query.lt("due_on", new Date().toISOString());
  const { data } = await query.or("priority.eq.1,and(priority.eq.2,due_on.is.null)");
  const totals = await Promise.all([countRows("tasks", "id"), countRows("comments", "body")]);
  res.json({ data, totals });
});

router.post("/import", async (req, res) => {
  const rows = req.body.map((each) => ({ project_id: each.project, title: each.title, priority: 3 }));
  await supabase.from("tasks").insert(rows);
  const more = [];
  for (const each of req.body) {
    more.push({ task_id: each.id, body: each.note, ...(each.by && { author_id: each.by }) });
  }
  await supabase.from("comments").insert(more);
  res.sendStatus(204);
});

router.delete("/:id", async (req, res) => {
  await supabase.from("tasks").delete().match({ id: req.params.id, status: "done" });
  await supabase.storage.from("attachments").remove([`${req.params.id}/file`]);
  await supabase.functions.invoke("send-digest", { body: {} });
  res.sendStatus(204);
});

module.exports = router;

const express = require("express");
const knex = require("knex")({ client: "pg" });
const { supabase, reporting } = require("../lib/supabase");
const { TABLES } = require("../lib/tables");

const router = express.Router();

router.get("/", async (req, res) => {
  const { data, error } = await supabase
    .from(TABLES.projects)
    .select("id, name, slug, owner:profiles(full_name, role)")
    .eq("status", "active")
    .order("created_at", { ascending: false });
  if (error) return res.status(500).json({ code: "failed" });
  // Not supabase: arrays, another query builder, bytes.
  const letters = Array.from("nowhere").filter((letter) => letter !== "w");
  const legacy = await knex.from("legacy_projects").select("old_name");
  const bytes = Buffer.from("nothing");
  res.json({ projects: data.filter((each) => each.name), letters, legacy, bytes });
});

router.post("/", async (req, res) => {
  const row = { owner_id: req.user.id, name: req.body.name, slug: req.body.slug };
  row.status = "paused";
  const { data } = await supabase.from("projects").insert(row).select("id, created_at").single();
  res.status(201).json(data);
});

router.put("/:slug", async (req, res) => {
  await supabase
    .from("projects")
    .upsert({ owner_id: req.user.id, name: req.body.name, slug: req.params.slug }, { onConflict: "slug" });
  res.sendStatus(204);
});

router.get("/totals", async (req, res) => {
  const { data } = await reporting.from("daily_totals").select("day, tasks_done").gte("day", req.query.from);
  const { data: same } = await supabase.schema("reporting").from("daily_totals").select("day");
  res.json({ data, same });
});

router.get("/:id/totals", async (req, res) => {
  const { data } = await supabase.rpc("task_totals", { p_project_id: req.params.id }).order("total");
  res.json(data);
});

module.exports = router;

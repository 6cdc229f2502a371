"use client";
import { createBrowserClient } from "@supabase/ssr";

const supabase = createBrowserClient("https://example.test", "key");

export function Board({ table }: { table: string }) {
  supabase
    .channel("board")
    .on("postgres_changes", { event: "*", schema: "public", table: "tasks", filter: "project_id=eq.1" }, () => {})
    .subscribe();
  const load = async (column: string) => {
    await supabase.from(table).select(column); // dynamic, not checked
    await supabase.from("labels").select("id, name, color").order(column);
    const query = supabase.from("labels");
    await query.select("name").textSearch("name", "a");
    await supabase.functions.invoke("export-project/csv?all=1");
  };
  return <button onClick={() => load("name")}>load</button>;
}

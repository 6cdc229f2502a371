import { randomBytes } from "node:crypto";
import { createClient } from "@supabase/supabase-js";
import WebSocket from "ws";
import { demoPassword } from "../../local/demo-people.ts";
import type { Database } from "../../supabase/database.types.ts";
import type { Client, Person, Stage } from "./scene.ts";
import { renderTable } from "./table.ts";

/** What `npm start -- --json` prints, as far as a scene needs it. */
export interface Address {
  readonly url: string;
  readonly publishable_key: string;
  readonly secret_key: string;
  readonly secrets: { readonly zoom: string; readonly vapi: string };
}

// supabase-js on Node 20 has no WebSocket of its own.
const realtime = { transport: WebSocket as unknown as typeof globalThis.WebSocket };

/** The stage of a running stack: people of their own, so that every scene can be played again. */
export function createStage({ url, publishable_key, secret_key, secrets }: Address): Stage {
  const auth = { persistSession: false, autoRefreshToken: false };
  const client = (key: string): Client => createClient<Database>(url, key, { auth, realtime });
  const service = client(secret_key);
  const people: Person[] = [];
  return {
    url,
    people,
    secrets,
    service,
    async person(name, role = "member") {
      const own = client(publishable_key);
      // Two scenes may have people of the same name, and any scene is played again.
      const suffix = randomBytes(3).toString("hex");
      const email = `${name.toLowerCase().replaceAll(/[^a-z]+/g, ".")}.${suffix}@example.com`;
      const { data, error } = await own.auth.signUp({
        email,
        password: demoPassword,
        options: { data: { full_name: name } },
      });
      if (error || !data.user || !data.session) {
        throw error ?? new Error("Signing up gave no session: does this stack confirm addresses?");
      }
      if (role !== "member") {
        const set = await service.from("profiles").update({ role }).eq("id", data.user.id);
        if (set.error) throw set.error;
      }
      const person = { id: data.user.id, name, email, role, client: own };
      people.push(person);
      return person;
    },
    say(line, rows) {
      console.log(line);
      if (rows) console.log(renderTable(rows));
    },
  };
}

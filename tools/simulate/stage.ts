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

/** The ids of the people in `supabase/seed/010_accounts.sql`. */
const seededId = /^00000000-0000-4000-8000-0000000001..$/;

/** The stage of a running stack. Every scene can be played again: the seeded people do more, the others sign up anew. */
export function createStage({ url, publishable_key, secret_key, secrets }: Address): Stage {
  const auth = { persistSession: false, autoRefreshToken: false };
  const client = (key: string): Client => createClient<Database>(url, key, { auth, realtime });
  const service = client(secret_key);
  const people: Person[] = [];

  async function seeded(name: string): Promise<Person | null> {
    const known = people.find((one) => one.isSeeded && one.name === name);
    if (known !== undefined) return known;
    const found = await service
      .from("profiles")
      .select("id, email, role")
      .eq("full_name", name)
      .eq("email", `${name.toLowerCase().split(" ")[0]}@example.com`)
      .maybeSingle();
    if (found.error) throw found.error;
    const { id, email, role } = found.data ?? {};
    if (!id || !email || !role || !seededId.test(id)) return null;
    const own = client(publishable_key);
    const { error } = await own.auth.signInWithPassword({ email, password: demoPassword });
    if (error) throw error;
    return { id, name, email, role, client: own, isSeeded: true };
  }

  async function signUp(name: string, role: Person["role"]): Promise<Person> {
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
    return { id: data.user.id, name, email, role, client: own, isSeeded: false };
  }

  return {
    url,
    people,
    secrets,
    service,
    async person(name, role = "member") {
      const person = (await seeded(name)) ?? (await signUp(name, role));
      if (!people.some(({ id }) => id === person.id)) people.push(person);
      return person;
    },
    say(line, rows) {
      console.log(line);
      if (rows) console.log(renderTable(rows));
    },
  };
}

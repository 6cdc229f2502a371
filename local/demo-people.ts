/** The password of everybody whom `supabase/seed/` and `npm run simulate` create. It is not secret. */
export const demoPassword = "switchboard-demo";

/** The people of the seed to sign in as, one for each role and plan. */
export const demoPeople: readonly { readonly email: string; readonly is: string }[] = [
  { email: "alma@example.com", is: "admin" },
  { email: "ben@example.com", is: "agent of the support" },
  { email: "clara@example.com", is: "teacher with classes over Zoom" },
  { email: "david@example.com", is: "teacher with classes on Google Meet" },
  { email: "ines@example.com", is: "student of both" },
  { email: "frida@example.com", is: "customer on trial, with one assistant" },
  { email: "gus@example.com", is: "customer, plan pro" },
  { email: "helga@example.com", is: "customer, plan business" },
];

/** An assistant of the pro customer, and the number that it answers, by their ids at VAPI. */
export const demoAssistant = "seed-assistant-11";
export const demoNumber = "seed-number-11";

/** The shell command that signs somebody in and stores the token in a variable. */
export function signInCommand(url: string, publishableKey: string, email: string): string {
  return `TOKEN=$(curl -s '${url}/auth/v1/token?grant_type=password' -H 'apikey: ${publishableKey}' \\
    -H 'content-type: application/json' -d '{"email":"${email}","password":"${demoPassword}"}' \\
    | sed 's/.*"access_token": *"\\([^"]*\\)".*/\\1/')`;
}

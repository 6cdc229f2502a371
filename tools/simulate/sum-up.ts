import { demoPassword, signInCommand } from "../../local/demo-people.ts";
import type { Stage } from "./scene.ts";

/** Says at the end who is there now, and what to do with them. */
export function sumUp(stage: Stage, scenes: number, publishableKey: string): void {
  const [first] = stage.people;
  if (first === undefined) return;
  stage.say(
    `\n${scenes === 1 ? "1 scene" : `${scenes} scenes`} played. These people are in the stack now, each with the password ${demoPassword}:\n`,
    stage.people.map(({ name, role, email }) => ({ name, role, email })),
  );
  stage.say(`
Open ${stage.url} in a browser and sign in as one of them, or read what they see here:

  ${signInCommand(stage.url, publishableKey, first.email)}
  curl -s ${stage.url}/functions/v1/user-limits -H 'apikey: ${publishableKey}' -H "authorization: Bearer $TOKEN"
`);
}

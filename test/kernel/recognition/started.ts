/** Every agent in every way to start it: recognised, one session a run, and refused the key by its very first statement. */
import type { Tally } from '../tally.ts';
import { REFUSED, type Way } from './layouts.ts';
import { recognisedIn } from './runs.ts';

export async function started(tally: Tally, ways: readonly Way[]): Promise<void> {
  for (const { agent, how, command } of ways) {
    const { said, found } = await recognisedIn(command, 1);
    const names = found.map(({ skill_id, path }) => `${skill_id} ${path}`).join(', ');
    tally.check(`${agent}, ${how}: recognised, once`, found.length === 1 && found[0]?.skill_id === agent, names);
    tally.check(
      `${agent}, ${how}: its first statement reads no key`,
      REFUSED.test(said.stdout.trim()),
      `“${said.stdout.trim()}” ${said.stderr.slice(-300)}`,
    );
  }
  console.log(`    ${ways.length} ways to start ${new Set(ways.map(({ agent }) => agent)).size} agents`);
}

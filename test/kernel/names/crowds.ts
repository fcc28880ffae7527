/** Many names that share one address: what is denied there by name stays denied, however many others are looked up. */
import { Performer } from '../performer.ts';
import { TestSession } from '../session.ts';
import { OTHER_PORT, PORT, policyWith, type World } from './world.ts';
import type { Answer } from './zone.ts';

const EPERM = 1;
const ADDRESS = '203.0.113.30';
/** More than the kernel has room for at one address. */
const MANY = 20;
const granted = Array.from({ length: MANY }, (_, index) => `c${index}.crowd.example.com`);
const denied = Array.from({ length: MANY }, (_, index) => `d${index}.crowd.example.com`);

export const answerOfCrowd = (name: string): Answer | null =>
  name.endsWith('.crowd.example.com') ? { addresses: [ADDRESS] } : null;

export async function crowds({ guard, programs, tally }: World): Promise<void> {
  const asker = `${programs}/asker`;
  const [victim = '', ...others] = denied;
  const at = (port: number) => (name: string) => `${name}:${port}`;

  const one = new TestSession(guard, policyWith({ egress: granted.map(at(PORT)), deny: [victim] }));
  const inside = new Performer(asker);
  one.enter(inside.pid);
  for (const name of granted) await inside.perform('look', name);
  const control = await inside.perform('connect', ADDRESS, String(PORT));
  await inside.perform('look', victim);
  for (const name of granted) await inside.perform('look', name);
  const errno = await inside.perform('connect', ADDRESS, String(PORT));
  tally.check('a denied name is not pushed out', control === 0 && errno === EPERM, `before ${control}, errno ${errno}`);
  await inside.end();
  one.end();

  // the last one denies what the address's own rule grants, and there is no room for it
  const last = others.at(-1) ?? '';
  const deny = [...denied.filter((name) => name !== last).map(at(OTHER_PORT)), at(PORT)(last)];
  const full = new TestSession(guard, policyWith({ egress: [`${ADDRESS}:${PORT}`, ...granted.map(at(PORT))], deny }));
  const beside = new Performer(asker);
  full.enter(beside.pid);
  const before = await beside.perform('connect', ADDRESS, String(PORT));
  for (const name of denied) await beside.perform('look', name);
  const after = await beside.perform('connect', ADDRESS, String(PORT));
  tally.check(
    'one more than there is room for closes the address',
    before === 0 && after === EPERM,
    `${before} ${after}`,
  );
  await beside.end();
  full.end();
}

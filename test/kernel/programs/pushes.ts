/** A push over ssh: with one approval it works, without it does not, and the record says who asked for what. */
import { readFileSync } from 'node:fs';
import { Person } from '../approvals/person.ts';
import { records, ringfence } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { agent, KEY, PUSH, Remote } from './remote.ts';

const RIGHT = { right: 'ssh-under-git', program: 'ssh', startedBy: 'git' };
const RULE = 'delegated.ssh-under-git.rules';

const about = (path: string) =>
  records().filter((record) => record.kind === 'decision' && record.path === path) as {
    readonly verdict: string;
    readonly reason: string;
    readonly rule: { readonly pointer: string | null } | null;
    readonly process_chain: readonly { readonly executable: string | null }[];
  }[];

export async function pushes(tally: Tally): Promise<void> {
  await alone(tally);
  const person = await Person.arrive();
  await allowed(tally, person);
  await denied(tally, person);
  await deniedByManifest(tally, person);
  person.leave();
}

async function alone(tally: Tally): Promise<void> {
  const before = Remote.commits();
  const said = await agent(PUSH).ended;
  tally.check('nobody to ask: refused', said.status !== 0 && Remote.commits() === before, JSON.stringify(said));
  const refused = about(KEY).at(-1);
  tally.check(
    'nobody to ask: on record with the right',
    refused?.verdict === 'block' &&
      refused.reason === 'nobody-to-ask' &&
      refused.rule?.pointer?.startsWith(RULE) === true,
    JSON.stringify(refused),
  );
}

async function allowed(tally: Tally, person: Person): Promise<void> {
  const before = Remote.commits();
  const from = person.asked.length;
  person.answer = () => 'allow-once';
  const said = await agent(PUSH).ended;
  tally.check('allowed once: pushed', said.status === 0 && Remote.commits() > before, JSON.stringify(said));
  const asked = person.asked.slice(from);
  tally.check('with one question', asked.length === 1, JSON.stringify(asked));
  const question = asked[0];
  tally.check('about the key, for reading', question?.path === KEY && question.operations.join() === 'read');
  tally.check('by the right', JSON.stringify(question?.delegated) === JSON.stringify(RIGHT), JSON.stringify(question));
  const programs = question?.chain.map(({ executable }) => executable?.split('/').at(-1));
  tally.check('of ssh, which git has started', programs?.slice(0, 2).join() === 'ssh,git', String(programs));
  const opened = about(KEY).filter(({ verdict }) => verdict === 'allow');
  tally.check(
    'its reading is on record',
    opened.length > 0 && opened.every(({ reason, rule }) => reason === 'approved' && rule?.pointer?.startsWith(RULE)),
    JSON.stringify(opened),
  );
  const known = about(KEY.replace('id_ed25519', 'known_hosts')).at(-1);
  tally.check('and that of what needs no question', known?.verdict === 'allow' && known.reason === 'rule');
}

async function denied(tally: Tally, person: Person): Promise<void> {
  const before = Remote.commits();
  person.answer = () => null;
  const held = person.heldSoFar;
  const { ended } = agent(PUSH);
  const question = await person.nextHeld(held, 240_000);
  const waiting = ringfence('approvals').stdout;
  tally.check('approvals says who has a right of its own', waiting.includes('ssh, started by git'), waiting);
  if (question) await person.decide(question, 'deny');
  const said = await ended;
  tally.check('denied: refused', said.status !== 0 && Remote.commits() === before, JSON.stringify(said));
  tally.check('the key is as it was', readFileSync(KEY, 'utf8').startsWith('-----BEGIN OPENSSH'));
}

async function deniedByManifest(tally: Tally, person: Person): Promise<void> {
  const before = Remote.commits();
  const from = person.asked.length;
  person.answer = () => 'allow-once';
  const filesystem = { read: ['~/**', '/etc/**'], write: ['~/**'], deny: ['~/.ssh/id_*'] };
  const said = await agent(PUSH, { filesystem }).ended;
  tally.check('a manifest that denies it: refused', said.status !== 0 && Remote.commits() === before, said.stderr);
  tally.check('without a question', person.asked.length === from, JSON.stringify(person.asked.slice(from)));
}

/** A held call that its user lets go on with a password: asked by polkit, which the bus starts, in a session of logind. */
import { existsSync } from 'node:fs';
import { agent, freshDocuments, GREY } from '../approvals/grey.ts';
import { ShellTerminal } from '../approvals/terminal.ts';
import { give, HOME, records, ringfence, until } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { run } from './service.ts';

const PASSWORD = 'correct-horse';
const RINGFENCE = '/opt/ringfence/bin/ringfence';
const PATIENCE_MS = 120_000;

export async function approving(tally: Tally): Promise<void> {
  give(`${HOME}/work`);
  freshDocuments();
  const hash = run('openssl', 'passwd', '-6', PASSWORD).stdout.trim();
  tally.check('a password is set', run('usermod', '-p', hash, 'dev').status === 0 && existsSync('/usr/bin/pkcheck'));
  const watching = new ShellTerminal('bash --norc --noprofile -i');
  watching.line(`${RINGFENCE} approvals --watch`);
  tally.check('somebody attends', await watching.shows(/Watching\./, 0, PATIENCE_MS), watching.screen);
  const attempt = agent('/bin/cat', `${GREY}/document`);
  tally.check('the call is held', await watching.shows(/^\d+ {2}read \S+document/m, 0, PATIENCE_MS), watching.screen);
  const id = /^(\d+) {2}read \S+document/m.exec(watching.screen)?.[1];
  const terminal = new ShellTerminal('bash --norc --noprofile -i');
  terminal.line(`${RINGFENCE} approvals allow ${id}; echo "done: $?"`);
  tally.check('polkit asks for the password', await terminal.shows(/Password:/, 0, PATIENCE_MS), terminal.screen);
  terminal.line(PASSWORD);
  tally.check('it is taken', await terminal.shows(/done: 0/, 0, PATIENCE_MS), terminal.screen);
  const { stdout } = await attempt.ended;
  tally.check('the call goes on', stdout === 'grey-content', stdout);
  const isOnRecord = () =>
    records().some(({ kind, approver_uid }) => kind === 'approval.answered' && approver_uid === 1000);
  tally.check('with its user on record', await until(isOnRecord, 30_000), ringfence('approvals').stdout);
  watching.keys('\u0003');
  await watching.end();
  await terminal.end();
}

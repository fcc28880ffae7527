/** Shells of an agent that control jobs without a terminal, as Claude Code's do: one would say that a held job is stopped, and go on. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { give, until } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { agent, freshDocuments, GREY, stopped, WORK } from './grey.ts';
import { Person } from './person.ts';

const [TRIED, GO] = [join(WORK, 'tried'), join(WORK, 'go')];
const READ = `cat ${join(GREY, 'document')}`;
const PATIENCE_MS = 60_000;

/** bash: dash controls jobs on a terminal alone. */
export async function jobs(tally: Tally): Promise<void> {
  freshDocuments();
  const person = await Person.arrive();
  await inBash(person, (what, ok, detail) => tally.check(`bash: ${what}`, ok, detail));
  person.leave();
}

async function inBash(person: Person, check: (what: string, ok: boolean, detail?: string) => void): Promise<void> {
  for (const mark of [TRIED, GO]) rmSync(mark, { force: true });
  const asked = person.asked.length;
  const wait = `while ! test -e ${GO}; do sleep 0.2; done`;
  const { ended } = agent('/bin/bash', '-c', `set -m; ${READ}; touch ${TRIED}; ${wait}; ${READ}; echo; echo went-on`);
  check('it goes on', await until(() => existsSync(TRIED), PATIENCE_MS));
  check('nothing of it is stopped', stopped(['cat']).length === 0, stopped(['cat']).join());
  await until(() => person.asked.length > asked, PATIENCE_MS);
  const question = person.asked[asked];
  check('its job was refused at once', question?.status.state === 'refused', JSON.stringify(question?.status));
  if (question) await person.decide(question, 'allow-session');
  give(GO, '');
  const { stdout, stderr } = await ended;
  check('nothing is called stopped', !/stopped|suspended/i.test(stdout + stderr), stdout + stderr);
  check('it was told', /Operation not permitted/.test(stderr), stderr);
  check('allowed: the next attempt reads', /grey-content\nwent-on/.test(stdout), stdout);
}

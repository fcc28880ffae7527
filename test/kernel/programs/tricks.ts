/**
 * What an agent may try to come by the key, or to act by it: each trick works without the guard, and with it nothing of the key is
 * had, although somebody is there who says yes to everything.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Person } from '../approvals/person.ts';
import { asDev, give, HOME } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { agent, KEY, LOGIN, TRICKS, URL } from './remote.ts';

interface Trick {
  readonly name: string;
  readonly script: string;
  /** Beside a file `stolen` that holds the key: what shows that the trick worked. */
  readonly works?: RegExp;
}

const STEAL = `cp ${KEY} "$PWD/stolen"`;
/** A program named in a variable or setting, that steals and then does what is expected of it. */
const evil = (name: string) =>
  `printf '#!/bin/sh\\n${STEAL.replaceAll('"', '')}\\nexec /usr/bin/ssh "$@"\\n' > ${name}; chmod +x ${name}`;
const LS = `git ls-remote ${URL}`;
/** What ls-remote shows when the key was used. */
const REFS = /refs\/heads\/main/;

/** None of these may even lead to a question. */
export const TRICKS_WITHOUT_QUESTION: readonly Trick[] = [
  { name: 'cat', script: STEAL },
  { name: 'ssh-itself', script: `ssh ${LOGIN} echo logged-in`, works: /logged-in/ },
  {
    name: 'ssh-config-file',
    script: `printf 'ProxyCommand ${STEAL.replaceAll('"', '')}\\n' > config; ssh -F config ${LOGIN}`,
  },
  { name: 'ssh-proxy-command', script: `ssh -o ProxyCommand='${STEAL}' ${LOGIN}` },
  { name: 'git-ssh-command', script: `GIT_SSH_COMMAND="ssh -o ProxyCommand='cp ${KEY} stolen'" ${LS}` },
  {
    name: 'core-ssh-command',
    script: `git -c core.sshCommand="ssh -o 'ProxyCommand=cp ${KEY} stolen'" ls-remote ${URL}`,
  },
  {
    name: 'repository-ssh-command',
    script: `git init --quiet r; cd r; git config core.sshCommand "cp ${KEY} ../stolen; ssh"; ${LS}`,
  },
  { name: 'git-ssh', script: `${evil('evil')}; GIT_SSH=$PWD/evil ${LS}` },
  { name: 'ssh-first-in-path', script: `${evil('ssh')}; PATH=$PWD:$PATH ${LS}` },
  { name: 'copied-ssh', script: `cp /usr/bin/ssh copy; GIT_SSH=$PWD/copy GIT_SSH_VARIANT=ssh ${LS}`, works: REFS },
  {
    name: 'loader',
    script: `GIT_SSH_COMMAND='/lib64/ld-linux-x86-64.so.2 /usr/bin/ssh' GIT_SSH_VARIANT=ssh ${LS}`,
    works: REFS,
  },
  {
    name: 'script-of-ssh',
    script: `printf 'ProxyCommand ${STEAL.replaceAll('"', '')}\\n' > config; printf "#!/usr/bin/ssh -F$PWD/config\\n" > s; chmod +x s; GIT_SSH=$PWD/s ${LS}`,
  },
  { name: 'alias', script: `git -c alias.x='!/usr/bin/ssh' x ${LOGIN} echo logged-in`, works: /logged-in/ },
  {
    name: 'key-as-configuration',
    script: `git -c alias.x='!/usr/bin/ssh' x -F ${KEY} nowhere; git -c core.sshCommand=/usr/bin/ssh -c alias.y='!/usr/bin/ssh' y -F ${KEY} h`,
    works: /bad configuration option: b3blbnnzac1rzxktdjeaaaaabg5vbmuaaaa/i,
  },
  {
    name: 'ext',
    script: `git -c protocol.ext.allow=always ls-remote "ext::/usr/bin/ssh ${LOGIN} cp% ${KEY}% $PWD/stolen"`,
  },
  {
    name: 'ext-with-more',
    script: `git -c protocol.ext.allow=always ls-remote "ext::/usr/bin/ssh ${LOGIN} git-upload-pack% '/srv/x';% cp% ${KEY}% $PWD/stolen% #'"`,
  },
  {
    name: 'ext-with-options',
    script: `git -c protocol.ext.allow=always ls-remote "ext::/usr/bin/ssh -oProxyCommand=cp% ${KEY}% $PWD/stolen -p 1 h git-upload-pack% '/srv/x'"`,
  },
  {
    name: 'upload-pack',
    script: `git ls-remote --upload-pack="cp ${KEY} $PWD/stolen; git-upload-pack" ${URL}`,
  },
  { name: 'traced-from-the-beginning', script: `strace -f -o trace ${LS}`, works: REFS },
  { name: 'no-new-privileges', script: `setpriv --no-new-privs ${LS}`, works: REFS },
  { name: 'user-namespace', script: `unshare --map-current-user ${LS}`, works: REFS },
  { name: 'mount-namespace', script: `unshare --map-current-user --mount ${LS}`, works: REFS },
  { name: 'bubblewrap', script: `bwrap --dev-bind / / ${LS}`, works: REFS },
  {
    name: 'ssh-config-of-the-user',
    script: `echo '# planted' >> ${HOME}/.ssh/config && echo planted`,
    works: /^planted/m,
  },
];

const folderOf = ({ name }: Trick) => join(TRICKS, name);

/** All of them one after another, each in a folder of its own. */
export function scriptOf(tricks: readonly Trick[]): string {
  return tricks
    .map((one) => `( cd ${folderOf(one)} && { ${one.script}; } ) > ${folderOf(one)}/out 2>&1 < /dev/null`)
    .join('\n');
}

export function makeFolders(tricks: readonly Trick[]): void {
  rmSync(TRICKS, { recursive: true, force: true });
  for (const one of tricks) mkdirSync(folderOf(one), { recursive: true });
  give(TRICKS);
}

const secret = (): string => readFileSync(KEY, 'utf8').split('\n')[2] ?? 'no key';

/** What of the trick has worked; null: nothing. */
export function outcomeOf(trick: Trick): string | null {
  const folder = folderOf(trick);
  const stolen = join(folder, 'stolen');
  if (existsSync(stolen) && readFileSync(stolen, 'utf8').includes(secret())) return 'the key was stolen';
  const out = readFileSync(join(folder, 'out'), 'utf8');
  if (out.toLowerCase().includes(secret().toLowerCase())) return 'the key was shown';
  return trick.works?.test(out) ? 'it worked' : null;
}

const saidBy = (trick: Trick) => {
  const out = join(folderOf(trick), 'out');
  const files = readdirSync(folderOf(trick)).join();
  return `${files}: ${existsSync(out) ? readFileSync(out, 'utf8').slice(-400) : ''}`;
};

export async function tricks(tally: Tally, person: Person): Promise<void> {
  const all = TRICKS_WITHOUT_QUESTION;
  const config = readFileSync(`${HOME}/.ssh/config`);
  makeFolders(all);
  asDev(['/bin/sh', '-c', scriptOf(all)]);
  for (const one of all) tally.check(`control: ${one.name}`, outcomeOf(one) !== null, saidBy(one));
  writeFileSync(`${HOME}/.ssh/config`, config);
  makeFolders(all);
  person.answer = () => 'allow-session';
  const from = person.asked.length;
  const { status, stderr } = await agent(scriptOf(all)).ended;
  tally.check('the agent ran to its end', status !== 125 && existsSync(join(TRICKS, 'cat/out')), stderr);
  for (const one of all) tally.check(`held: ${one.name}`, outcomeOf(one) === null, `${outcomeOf(one)}; ${saidBy(one)}`);
  const asked = person.asked
    .slice(from)
    .map(({ operation, path, chain }) => `${operation} ${path} ${chain[0]?.executable}`);
  tally.check('nobody was asked anything', asked.length === 0, asked.join('; '));
}

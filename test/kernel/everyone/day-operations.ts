/** What a person does in a day, by a script that is the same for the same seed: no operation says anything that differs from run to run. */
import { Random } from '../../fuzz/random.ts';

export interface Operation {
  readonly kind: string;
  /** By bash, in the home. */
  readonly script: string;
}

/** Where the day's server listens. */
export const PORT = 2224;
export const BARE = '/srv/everyone-day/remote.git';
export const REPORT = '/usr/local/bin/cost-report';
const LOGIN = `-p ${PORT} dev@127.0.0.1`;

interface Kind {
  /** How often it comes, against the others. */
  readonly weight: number;
  readonly script: (number: number, random: Random) => string;
}

const FILES = ['plan', 'list', 'draft', 'ideas', 'letter'];
const one = (random: Random): string => FILES[random.below(FILES.length)] ?? 'plan';

/** Emulated, whatever starts Node or GnuPG takes seconds. */
const KINDS: Readonly<Record<string, Kind>> = {
  'a note': {
    weight: 8,
    script: (n, r) => `mkdir -p notes; echo "line ${n}" >> notes/${one(r)}.md; tail -n 1 notes/${one(r)}.md`,
  },
  'a look around': {
    weight: 5,
    script: () => "ls -A ~ ~/.ssh ~/.aws ~/.config | sort | head -n 60; stat -c '%a %n' ~/.ssh/id_ed25519",
  },
  'files are found': {
    weight: 4,
    script: (_n, r) => `find ~ -name '${one(r)}*' -not -path '*/.git/*' | sort; grep -rc line notes | sort`,
  },
  'files are copied and moved': {
    weight: 6,
    script: (n, r) =>
      `cp notes/${one(r)}.md draft-${n} && mv draft-${n} sent-${n} && wc -l < sent-${n}; cp -r notes copy-${n}; rm -r copy-${n} sent-${n}`,
  },
  'text is changed in place': {
    weight: 5,
    script: (n, r) => `sed -i 's/line/line of ${n}/' notes/${one(r)}.md; sort -u notes/*.md | wc -l`,
  },
  'the shell keeps its history': {
    weight: 3,
    script: (n) => `HISTFILE=~/.bash_history bash -c 'set -o history; history -s "make ${n}"; history -a'; echo kept`,
  },
  'settings of the shell': {
    weight: 2,
    script: (n) => `echo "alias a${n}=ls" >> ~/.bashrc; bash -c '. ~/.bashrc; alias a${n}'`,
  },
  'a commit': {
    weight: 8,
    script: (n, r) =>
      `cd app && echo "${n}" >> ${one(r)}.txt && git add -A && git commit -qm "change ${n}" && git log -1 --format=%s && git status --short`,
  },
  'a branch is merged': {
    weight: 3,
    script: (n) =>
      `cd app && git checkout -qb side-${n} && echo ${n} > side-${n}.txt && git add -A && git commit -qm side && git checkout -q main && git merge -q --no-edit side-${n} && git branch -qd side-${n}; ls side-${n}.txt`,
  },
  'a clone': {
    weight: 2,
    script: (n) => `git clone -q app clone-${n} && git -C clone-${n} log --format=%s | tail -n 1; rm -rf clone-${n}`,
  },
  'work is put aside': {
    weight: 2,
    script: (n) =>
      `cd app && echo ${n} >> plan.txt && git stash -qu && git stash pop -q && git diff --stat | wc -l && git checkout -q .`,
  },
  'settings of git': {
    weight: 1,
    script: (n) => `git config --global alias.day${n} status && git config --global alias.day${n}`,
  },
  'a push': {
    weight: 3,
    script: (n) =>
      `cd app && git commit -q --allow-empty -m "push ${n}" && git push -q origin main && git ls-remote origin | wc -l`,
  },
  'a login': { weight: 3, script: (n) => `ssh ${LOGIN} "echo there ${n}"` },
  'files go to the server': {
    weight: 2,
    script: (n, r) =>
      `scp -q -P ${PORT} notes/${one(r)}.md dev@127.0.0.1:/tmp/day-${n} && cat /tmp/day-${n} | wc -l; rm -f /tmp/day-${n}`,
  },
  'a new key': {
    weight: 1,
    script: (n) =>
      `ssh-keygen -q -t ed25519 -N '' -C day -f ~/.ssh/id_day${n} && ssh-keygen -l -f ~/.ssh/id_day${n}.pub | cut -d' ' -f1,3; rm -f ~/.ssh/id_day${n}.pub; ssh-keygen -y -f ~/.ssh/id_day${n} | cut -d' ' -f1`,
  },
  'known hosts': {
    weight: 1,
    script: (n) =>
      `ssh-keygen -R host${n}.invalid > /dev/null 2>&1; ssh-keygen -F '[127.0.0.1]:${PORT}' | grep -c ssh-ed25519`,
  },
  'an editor': {
    weight: 4,
    script: (n, r) =>
      `touch notes/${one(r)}.md; vim -u NONE -es -c 'call append(0, "edited ${n}")' -c wq notes/plan.md < /dev/null > /dev/null 2>&1; head -n 1 notes/plan.md`,
  },
  'an editor, on settings of ssh': {
    weight: 1,
    script: (n) =>
      `vim -u NONE -es -c 'call append(0, "# ${n}")' -c wq ~/.ssh/config < /dev/null > /dev/null 2>&1; head -n 1 ~/.ssh/config`,
  },
  'another editor, that saves by renaming': {
    weight: 4,
    script: (n) =>
      `python3 -c "import os; open('notes/.new', 'w').write('saved ${n}\\n'); os.replace('notes/.new', 'notes/saved.md'); print(open('notes/saved.md').read())"`,
  },
  'Python counts': {
    weight: 5,
    script: (n) =>
      `python3 -c "import json; print(json.dumps({'sum': sum(range(${n}))}))" > sum.json; python3 -m json.tool sum.json`,
  },
  'Python tests': {
    weight: 2,
    script: (n) =>
      `mkdir -p tests; printf 'import unittest\\nclass T(unittest.TestCase):\\n  def test(self): self.assertEqual(${n}, ${n})\\n' > tests/test_day.py; python3 -m unittest -q tests/test_day.py 2>&1 | tail -n 1`,
  },
  'Node runs': {
    weight: 3,
    script: (n) =>
      `node -e "require('node:fs').writeFileSync('node-out', String(${n} * 2)); console.log(${n} * 2)"; cat node-out`,
  },
  'npm installs from a folder': {
    weight: 1,
    script: (n) =>
      `mkdir -p shop-${n} && cd shop-${n} && echo '{"name":"shop","version":"1.0.0"}' > package.json && npm install --offline --no-audit --silent ../library > /dev/null; ls node_modules`,
  },
  'an archive': {
    weight: 4,
    script: (n) =>
      `tar czf notes-${n}.tgz notes && tar tzf notes-${n}.tgz | wc -l; mkdir out-${n} && tar xzf notes-${n}.tgz -C out-${n} && ls out-${n}; rm -r out-${n} notes-${n}.tgz`,
  },
  'a backup with the secrets in it': {
    weight: 2,
    script: (n) =>
      `tar cf backup-${n}.tar .ssh .aws notes && tar tf backup-${n}.tar | grep -c -e id_ed25519 -e credentials; rm -f backup-${n}.tar`,
  },
  'files are synchronised': {
    weight: 2,
    script: (n) =>
      `if command -v rsync > /dev/null; then rsync -a notes/ mirror/; else cp -a notes mirror-${n}; mv mirror-${n} mirror-of-${n}; rm -r mirror-of-${n}; fi; ls notes | wc -l`,
  },
  'a report of root’s making': { weight: 2, script: () => REPORT },
  'the cloud': { weight: 3, script: () => '/usr/bin/aws ~/plans/aws' },
  'the browser': { weight: 4, script: () => '/usr/lib/firefox-esr/firefox-esr ~/plans/firefox' },
  'the other browser': { weight: 2, script: () => '/opt/google/chrome/chrome ~/plans/chrome' },
  containers: { weight: 2, script: () => '/usr/bin/docker ~/plans/docker' },
  'the cluster': { weight: 2, script: () => '/usr/bin/kubectl ~/plans/kubectl' },
  'the forge': { weight: 2, script: () => '/usr/bin/gh ~/plans/gh' },
  'a signature': {
    weight: 1,
    script: (n) =>
      `echo ${n} > signed && gpg --batch --yes --pinentry-mode loopback --passphrase '' --detach-sign signed 2> /dev/null && gpg --batch --verify signed.sig signed 2>&1 | grep -c 'Good signature'`,
  },
};

/** So many operations; every kind comes before any comes again. */
export function operationsOf(seed: number, count: number): Operation[] {
  const random = new Random(seed, 'working-day', 0);
  const kinds = Object.keys(KINDS);
  const weighted = kinds.flatMap((kind) => Array.from({ length: KINDS[kind]?.weight ?? 0 }, () => kind));
  return Array.from({ length: count }, (_, index) => {
    const kind = kinds[index] ?? weighted[random.below(weighted.length)] ?? '';
    return { kind, script: KINDS[kind]?.script(index + 1, random) ?? '' };
  });
}

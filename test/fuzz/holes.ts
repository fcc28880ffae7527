import { execFile } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../build/root.ts';
import { type CampaignName, judgeCase } from './cases.ts';
import { loadSubject } from './subject.ts';

/** A hole planted in a copy of the product, which the fuzzer has to find: what shows that it could. */
export type Hole = {
  readonly name: string;
  readonly campaign: CampaignName;
  readonly file: string;
  readonly find: string;
  readonly put: string;
  /** What its finding looks like. */
  readonly shows: RegExp;
};

export const HOLES: readonly Hole[] = [
  {
    name: 'a long name may stand twice',
    campaign: 'parser',
    file: 'manifest/strict-json.ts',
    find: 'if (Object.hasOwn(object, name)) {',
    put: 'if (Object.hasOwn(object, name) && name.length < 8) {',
    shows: /accepted what is to be refused: twice/,
  },
  {
    name: 'places are counted from the start each time',
    campaign: 'parser',
    file: 'manifest/strict-json.ts',
    find: 'while (this.lineEnd < this.at) {',
    put: 'placeAt(this.text, this.at);\n    while (this.lineEnd < this.at) {',
    shows: /slow/,
  },
  {
    name: 'an escape cut short is a bug, not an error',
    campaign: 'parser',
    file: 'manifest/strict-json.ts',
    find: 'const digits = this.text.slice(this.at + 2, this.at + 6);',
    put: "const digits = this.text.slice(this.at + 2, this.at + 6);\n    if (letter === 'u' && digits.length < 4) throw new Error('unexpected end');",
    shows: /threw/,
  },
  {
    name: 'a path may hold ..',
    campaign: 'parser',
    file: 'manifest/path-pattern.ts',
    find: "const dots = path.split('/').find((component) => component === '..' || component === '.');",
    put: "const dots = path.split('/').find((component) => component === '.');",
    shows: /accepted the path/,
  },
  {
    name: 'a manifest may open what is closed to every skill',
    campaign: 'parser',
    file: 'manifest/local-socket.ts',
    find: "if (known.grant !== 'never') return",
    put: 'return',
    shows: /accepted the path "(session-bus|x11|wayland|systemd-user)/,
  },
  {
    name: 'S is reduced before it is checked',
    campaign: 'verifier',
    file: 'manifest/ed25519.ts',
    find: 'return scalar < ORDER;',
    put: [
      'for (let rest = scalar % ORDER, at = 32; at < 64; at += 1, rest >>= 8n) signature[at] = Number(rest & 255n);',
      '  return true;',
    ].join('\n'),
    shows: /wrong accept \((S plus L|signature bit)\)/,
  },
  {
    name: 'a key of small order is a key',
    campaign: 'verifier',
    file: 'manifest/ed25519.ts',
    find: "if (point.isSmallOrder()) return 'small-order';\n  return point.isTorsionFree() ? null : 'mixed-order';",
    put: 'return null;',
    shows: /wrong accept \(mixed order\)/,
  },
  {
    name: 'a part of small order in R is let through',
    campaign: 'verifier',
    file: 'manifest/ed25519.ts',
    find: ' || !hasPureCommitment(signature)',
    put: '',
    shows: /wrong accept \(R with torsion\)/,
  },
  {
    name: 'the key id is not looked at',
    campaign: 'verifier',
    file: 'manifest/signature.ts',
    find: 'keys.filter((key) => key.keyId === signature.key_id)',
    put: 'keys',
    shows: /wrong accept \(other key\)/,
  },
  {
    name: 'a co-signature that does not fit is passed over',
    campaign: 'verifier',
    file: 'manifest/co-signature.ts',
    find: "return broken(block, pointer, 'it was changed, or made for another signature', 'value');",
    put: "return success({ state: 'unknown-key', keyId, signedBy });",
    shows: /wrong accept \(co-signed\)/,
  },
  {
    name: 'the pre-image of another type serves too',
    campaign: 'verifier',
    file: 'manifest/canonical.ts',
    find: 'preAuthEncoding(PAYLOAD_TYPE, canonicalBytes({ ...own, signature }))',
    put: 'canonicalBytes({ ...own, signature })',
    shows: /wrong accept \(other pre-image\)/,
  },
];

const CASES: Readonly<Record<CampaignName, number>> = { parser: 60_000, verifier: 3_000 };

export type HoleResult = {
  readonly name: string;
  readonly found: boolean;
  readonly after: number;
  readonly shown: string;
};

/** Looks for every hole, `jobs` at a time, each in a process of its own. */
export async function findHoles(seed: number, jobs: number, show: (result: HoleResult) => void): Promise<HoleResult[]> {
  const results: HoleResult[] = [];
  const left = [...HOLES.entries()];
  const serve = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [index] = next;
      const { stdout } = await promisify(execFile)(process.execPath, [
        import.meta.filename,
        String(index),
        String(seed),
      ]);
      const result = JSON.parse(stdout) as HoleResult;
      results[index] = result;
      show(result);
    }
  };
  await Promise.all(Array.from({ length: jobs }, serve));
  return results;
}

/** Runs the fuzzer against a copy of core with the hole in it, until it is found or there were cases enough. */
async function findHole(hole: Hole, seed: number): Promise<HoleResult> {
  const most = CASES[hole.campaign];
  const root = join(ROOT, '.cache', 'fuzz', 'holes', hole.name.replace(/[^a-z]+/gi, '-'));
  rmSync(root, { recursive: true, force: true });
  cpSync(join(ROOT, 'core'), join(root, 'core'), { recursive: true, filter: (path) => !path.endsWith('.test.ts') });
  plant(hole, join(root, 'core', hole.file));
  const subject = await loadSubject(root);
  rmSync(root, { recursive: true, force: true });
  for (let index = 0; index < most; index += 1) {
    const { problem } = judgeCase(subject, hole.campaign, seed, index);
    if (problem !== null && hole.shows.test(problem))
      return { name: hole.name, found: true, after: index + 1, shown: problem.slice(0, 160) };
  }
  return { name: hole.name, found: false, after: most, shown: '' };
}

function plant({ find, put, name }: Hole, file: string): void {
  const text = readFileSync(file, 'utf8');
  if (text.split(find).length !== 2) throw new Error(`the hole “${name}” has no place in ${file} any more`);
  writeFileSync(
    file,
    text.replace(find, () => put),
  );
}

if (import.meta.main) {
  const [index, seed] = process.argv.slice(2);
  const hole = HOLES[Number(index)];
  if (hole === undefined) throw new Error(`there is no hole ${index}`);
  console.log(JSON.stringify(await findHole(hole, Number(seed))));
}

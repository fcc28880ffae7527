import { resolve } from 'node:path';
import {
  describeProblem,
  type Manifest,
  type Problem,
  type PublicKey,
  parseDetached,
  parseManifest,
  parsePublicKey,
  type TrustedKey,
  verifySignature,
  withDetached,
} from '../../core/manifest/index.ts';
import { EXIT } from '../exit-code.ts';
import { type ManifestFile, readDetachedFile, readManifestFile } from '../manifest/manifest-file.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { visible } from '../terminal/visible.ts';
import { nameFor } from './add.ts';
import { type KeyOptions, makeChange } from './change.ts';
import { describePermissions } from './describe-permissions.ts';

type Shown = { readonly manifest: Manifest; readonly key: PublicKey };

/** Shows who signed a manifest, by the key it brings along, and what it may do; then asks. The helper looks at it anew. */
export async function trustManifest(given: string, options: KeyOptions, terminal: Terminal): Promise<number> {
  const file = readManifestFile(given);
  const found = findSigner(file);
  if ('problems' in found) {
    for (const problem of found.problems) terminal.complain(visibleLines(describeProblem(problem, file.path)));
    return EXIT.no;
  }
  const { manifest, key } = found;
  const name = nameFor(key, options);
  if (options.json !== true) show(file, found, name, terminal);
  const params = {
    manifestPath: resolve(file.path),
    manifest: Buffer.from(file.bytes).toString('base64'),
    ...{ keyId: key.keyId, name },
  };
  return makeChange(
    {
      ...{ method: 'keys.trust', params },
      question: `Trust this key to sign ${visible(manifest.skill_id)}, and any other skill on this machine?`,
      done: ({ keyId, skill, changed }) =>
        `The key ${keyId} is ${changed ? 'trusted' : 'trusted already'}, and the skill ${visible(skill)} is bound to it.`,
    },
    options,
    terminal,
  );
}

function findSigner(file: ManifestFile): Shown | { readonly problems: readonly Problem<string>[] } {
  const parsed = parseManifest(file.bytes);
  if (!parsed.ok) return { problems: [parsed.error, ...(parsed.error.more ?? [])] };
  const keys = (parsed.value.publisher?.keys ?? []).flatMap((line): TrustedKey[] => {
    const key = parsePublicKey(line);
    return key.ok ? [key.value] : [];
  });
  if (keys.length === 0) return { problems: [noKey()] };
  const detached = readDetachedFile(file.folder);
  const sig = detached === null ? null : parseDetached(detached);
  if (sig?.ok === false) return { problems: [sig.error] };
  const whole = sig === null ? { ok: true as const, value: parsed.value } : withDetached(parsed.value, sig.value);
  if (!whole.ok) return { problems: [whole.error] };
  const signer = verifySignature(whole.value, keys, parsed.places);
  if (!signer.ok) return { problems: [signer.error] };
  const key = keys.find((one) => one.keyId === signer.value.keyId);
  return key === undefined ? { problems: [noKey()] } : { manifest: whole.value, key };
}

function noKey(): Problem<string> {
  return {
    code: 'no-publisher-key',
    message: 'the manifest does not bring the key it is signed with along (publisher.keys)',
    remedy: 'Get the public key from its publisher, then: ringfence keys add FILE.pub',
  };
}

function show(file: ManifestFile, { manifest, key }: Shown, name: string, { print }: Terminal): void {
  const { publisher, skill_id, version, created, expires, signature } = manifest;
  print(`skill      ${visible(skill_id)} ${visible(version)}  (${visible(file.path)})`);
  print(`key        ${key.keyId}`);
  print(`name       ${visible(name)}`);
  print(
    `says       signed by ${visible(signature?.signed_by ?? '')}${publisher?.name ? ` of ${visible(publisher.name)}` : ''}`,
  );
  if (publisher?.url !== undefined) print(`           ${visible(publisher.url)}`);
  if (created !== undefined) print(`created    ${created}`);
  if (expires !== undefined) print(`expires    ${expires}`);
  print('It may:');
  for (const line of describePermissions(manifest.permissions)) print(`  ${line}`);
  print('Names are what the manifest says. Compare the key with what its holder tells you by another way.');
}

function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

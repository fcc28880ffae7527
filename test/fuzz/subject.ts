import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as manifest from '../../core/manifest/index.ts';
import type * as strictJson from '../../core/manifest/strict-json.ts';
import type * as compile from '../../core/policy/compile.ts';
import type * as policyFromManifest from '../../core/policy/policy-from-manifest.ts';

/** The functions under test: the product's own, or those of a copy in which a hole was planted. */
export type Subject = Pick<
  typeof manifest,
  'parseManifest' | 'verifyManifest' | 'canonicalBytes' | 'formatManifest' | 'keyIdOf'
> &
  Pick<typeof strictJson, 'parseStrictJson'> &
  Pick<typeof compile, 'compile'> &
  Pick<typeof policyFromManifest, 'policyFromManifest'>;

/** `root` holds a folder `core`. */
export async function loadSubject(root: string): Promise<Subject> {
  const load = (path: string) => import(pathToFileURL(join(root, 'core', path)).href);
  const [format, text, rules, policy]: [typeof manifest, typeof strictJson, typeof compile, typeof policyFromManifest] =
    await Promise.all([
      load('manifest/index.ts'),
      load('manifest/strict-json.ts'),
      load('policy/compile.ts'),
      load('policy/policy-from-manifest.ts'),
    ]);
  return {
    parseManifest: format.parseManifest,
    verifyManifest: format.verifyManifest,
    canonicalBytes: format.canonicalBytes,
    formatManifest: format.formatManifest,
    keyIdOf: format.keyIdOf,
    parseStrictJson: text.parseStrictJson,
    compile: rules.compile,
    policyFromManifest: policy.policyFromManifest,
  };
}

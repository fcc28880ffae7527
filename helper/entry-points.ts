/**
 * The helper's other programs and threads. In the source tree each is a module; in an installation each is one bundled file
 * in the same folder, and this module is part of helper/main.js. Both ways the places are the same but for the suffix.
 */
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const SUFFIX = extname(import.meta.filename);

function entryPoint(name: string): string {
  return join(import.meta.dirname, `${name}${SUFFIX}`);
}

/** The source tree, or the installation. */
export const ROOT = join(import.meta.dirname, '..');

/** Manifests that come with Ringfence. */
export const STARTERS = join(ROOT, 'starters');

export const AUDIT_WORKER = pathToFileURL(entryPoint('audit/worker'));
export const VERIFY_WORKER = pathToFileURL(entryPoint('audit/verify-worker'));
export const EVENT_SOURCE = pathToFileURL(entryPoint('kernel/event-source'));
export const MANIFEST_WORKER = entryPoint('worker/main');
export const SESSION_PROXY = entryPoint('proxy/main');
/** In which a session's proxy is started. */
export const CAGE = join(ROOT, 'native/build/ringfence-cage');

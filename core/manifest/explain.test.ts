import { expect, test } from 'vitest';
import { explainManifest } from './explain.ts';
import { NOMINAL_CONTEXT } from './nominal-context.ts';
import type { Manifest } from './schema.ts';

const said = (network: Manifest['permissions']['network']): string[] => {
  const manifest = { skill_id: 's', version: '1', permissions: { network }, hashes: {} };
  const explained = explainManifest(manifest, NOMINAL_CONTEXT);
  return explained.ok ? explained.value.flatMap(({ lines }) => lines.map(({ text }) => text)) : [];
};

test('hosts are reached through the proxy where the manifest has one, and only there', () => {
  const through = 'reach api.example.com through the session’s proxy';
  expect(said({ egress: ['api.example.com'], via: 'proxy' })).toContain(through);
  expect(said({ egress: ['api.example.com'] })).not.toContain(through);
});

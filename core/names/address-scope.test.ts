import { expect, test } from 'vitest';
import { parseAddress } from '../policy/network-address.ts';
import { scopeOf, scopesOfName } from './address-scope.ts';
import { wireName } from './host-name.ts';
import vectors from './vectors/scopes.json' with { type: 'json' };

test.each(Object.entries(vectors.scopes))('%s addresses', (scope, addresses) => {
  const scopes = addresses.map((text) => [text, scopeOf(parseAddress(text) ?? new Uint8Array(16))]);
  expect(scopes).toEqual(addresses.map((text) => [text, scope]));
});

test.each([
  ['api.example.com', ['public']],
  ['nas.local', ['public', 'private']],
  ['git.corp.internal', ['public', 'private']],
  ['printer.home.arpa', ['public', 'private']],
  ['app.localhost', ['public', 'loopback']],
  ['local', ['public']],
  ['notlocal', ['public']],
  ['evil-internal', ['public']],
  ['local.example.com', ['public']],
])('%s leads to %j', (name, scopes) => expect(scopesOfName(wireName(name))).toEqual(scopes));

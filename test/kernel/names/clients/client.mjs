// SPDX-License-Identifier: Apache-2.0
// client.mjs HOW PORT FILE: as client.c. HOW: `lookup` asks the system, `resolve` asks c-ares. For Node and Bun alike.
import { Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

const [how, port, file] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin });
const ended = new Promise((resolve) => lines.once('close', resolve));
await new Promise((resolve) => lines.once('line', resolve));

const resolver = new Resolver();

async function addressesOf(name) {
  const four = await resolver.resolve4(name).catch(() => []);
  return four.length > 0 ? four : resolver.resolve6(name);
}

function reach(host) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port) });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}

const counts = { done: 0, refused: 0, other: 0 };
for (const name of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
  try {
    const hosts = how === 'resolve' ? await addressesOf(name) : [name];
    await reach(hosts[0]);
    counts.done += 1;
  } catch (error) {
    const codes = [error, ...(error.errors ?? [])].map(({ code }) => code);
    counts[codes.includes('EPERM') ? 'refused' : 'other'] += 1;
  }
}
console.log(`done ${counts.done} refused ${counts.refused} other ${counts.other}`);
await ended;
process.exit(0);

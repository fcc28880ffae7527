import { expect, it } from 'vitest';
import { AGENTS } from './agents.ts';
import { INTERPRETERS } from './interpreters.ts';
import { INTERPRETER_ENTRY, recognitionTables, TEXT_DEVICES } from './recognition.ts';
import { OUTCOME_EDGE, type PolicyTables } from './tables.ts';
import { operationCode } from './vocabulary.ts';

const DISK = 5;
const HOMES = ['/home/u', '/home/v'];
const compiled = recognitionTables(
  HOMES,
  [{ device: DISK, root: '/@home', mountpoint: '/home', type: 'btrfs' }],
  ({ number }) => number,
);
if (!compiled.ok) throw new Error(compiled.error.message);
const tables = compiled.value;

/** The automaton walked as bpf/walk.h does, for names that no byte automaton is asked about. */
function walk({ nodes, edges, starts, components }: PolicyTables, device: number, path: string): number {
  let state = starts.state[starts.device.indexOf(device)] ?? 0;
  for (const name of path.split('/').filter(Boolean)) {
    const component = components.findIndex((known) => Buffer.from(known).toString() === name) + 1;
    const edge =
      component === 0 ? -1 : edges.state.findIndex((from, at) => from === state && edges.component[at] === component);
    state = edge >= 0 ? (edges.next[edge] ?? 0) : (nodes.wild[state] ?? 0);
    expect(edges.component.some((one) => one > OUTCOME_EDGE)).toBe(true);
  }
  return nodes.accept[state] ?? 0;
}

function agentAt(device: number, path: string): string | undefined {
  const rule = tables.accepts.rule[walk(tables, device, path) * 16 + operationCode('exec')] ?? 0;
  return AGENTS[rule - 1]?.id;
}

it.each([
  ['claude-code', DISK, '/@home/u/.local/share/claude/versions/2.1.330'],
  ['claude-code', DISK, '/@home/v/.local/share/claude/versions/9'],
  [undefined, DISK, '/@home/w/.local/share/claude/versions/9'],
  [undefined, DISK, '/@home/u/.local/share/claude/versions'],
  ['openclaw', DISK, '/@home/u/.nvm/x/lib/node_modules/openclaw/openclaw.mjs'],
  ['pi', TEXT_DEVICES.path, '/srv/node_modules/@mariozechner/pi-coding-agent/dist/cli.js'],
  ['aider', TEXT_DEVICES.module, '/aider'],
  ['openclaw', TEXT_DEVICES.unit, '/openclaw-gateway.service'],
  [undefined, TEXT_DEVICES.path, '/openclaw-gateway.service'],
  [undefined, TEXT_DEVICES.unit, '/aider'],
])('finds %s on device %d at %s', (agent, device, path) => {
  expect(agentAt(device, path)).toBe(agent);
});

it('tells interpreters by name, wherever they lie', () => {
  const entry = walk(tables, DISK, '/@home/u/.nvm/versions/node/v22/bin/node') * 16 + operationCode(INTERPRETER_ENTRY);
  expect(INTERPRETERS[(tables.accepts.rule[entry] ?? 0) - 1]?.name).toBe('node');
});

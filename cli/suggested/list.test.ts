import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Session } from '../../core/protocol/session.ts';
import { suggestedAmong } from './list.ts';
import { ownProcesses } from './own-processes.ts';

it('names a process that calls itself an agent, until it is in a session', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'suggested-'));
  const script = join(folder, 'server.cjs');
  writeFileSync(script, "process.title = 'openclaw-gateway'; setInterval(() => {}, 1000);\n");
  const child = spawn(process.execPath, [script], { stdio: 'ignore' });
  const own = () => ownProcesses(process.getuid?.() ?? -1).filter(({ pid }) => pid === child.pid);
  try {
    for (let round = 0; round < 200 && own()[0]?.hints.title !== 'openclaw-gateway'; round++) await delay(50);
    expect(suggestedAmong(own(), [], folder)).toMatchObject([{ pid: child.pid, name: 'OpenClaw' }]);
    expect(suggestedAmong(own(), [{ pids: [child.pid] } as unknown as Session], folder)).toEqual([]);
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
});

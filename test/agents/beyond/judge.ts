/** What one agent came to at work beyond its workspace, without the guard and under its starter. Pure. */
import { type Intervention, surprises } from '../../benign/interventions.ts';
import type { Agent } from '../agent.ts';
import { isProgram, judgeCell } from '../judge-cell.ts';
import { PLACES } from '../places.ts';
import type { RunRecord } from '../run-record.ts';
import { taskOf, type Work } from './works.ts';

const SUCCEEDED = 'status 0';

/** Empty: it is as the work says. */
export function judgeWork(agent: Agent, work: Work, free: RunRecord, guarded: RunRecord): string[] {
  const hasSucceeded = ({ finished }: RunRecord) =>
    finished.exchanges.some(({ last }) => last.text.includes(SUCCEEDED));
  const unguarded = hasSucceeded(free) ? [] : ['it does not succeed without the guard'];
  const compared =
    work.outcome === 'identical'
      ? judgeCell(agent, taskOf(work), free, { ...guarded, asked: [] }).failures
      : hasSucceeded(guarded)
        ? ['it succeeds under the guard']
        : [];
  return [...unguarded, ...compared, ...surprises(work, interventionsIn(agent, guarded), PLACES)];
}

function interventionsIn(agent: Agent, { asked, refused }: RunRecord): Intervention[] {
  const questions = asked.map((text): Intervention => {
    const [operation = '', object = ''] = text.split(' ');
    return { kind: 'asked', operation, object, time: 0n, detail: '' };
  });
  // what it is refused of its own accord is the same at every work, and docs/agents.md has it
  const [own = ''] = agent.command(PLACES, '', 'new');
  const byWork = refused.filter(({ chain: [nearest = null] }) => !isProgram(nearest, own));
  const refusals = byWork.map(({ operation, path, address, port, rule, chain }): Intervention => {
    const object = path ?? `${address}:${port}`;
    return {
      ...{ kind: 'refused', operation: operation ?? '', object, time: 0n },
      detail: `${rule} for ${chain.join(' < ')}`,
    };
  });
  return [...questions, ...refusals];
}

import type { ReactNode } from 'react';
import { text } from '../text/en.ts';
import { Shown } from './shown.tsx';
import './process-chain.css';

type Process = { readonly pid: number; readonly executable: string | null };

/** From the agent's first process down to the one that asks, which is given first. */
export function ProcessChain({ chain }: { readonly chain: readonly Process[] }): ReactNode {
  const fromRoot = [...chain].reverse();
  return (
    <ol className="chain" aria-label={text.facts.processTree}>
      {fromRoot.map(({ pid, executable }, index) => (
        <li key={pid} className="chain-step" data-actor={index === fromRoot.length - 1 || undefined}>
          <code>{executable === null ? <i>{text.unknownProgram}</i> : <Shown value={executable} />}</code>
          <span className="chain-pid">{pid}</span>
        </li>
      ))}
    </ol>
  );
}

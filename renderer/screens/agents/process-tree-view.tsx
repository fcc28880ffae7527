import { type ReactNode, useEffect, useMemo } from 'react';
import type { Session } from '../../../core/protocol/session.ts';
import { Shown } from '../../components/shown.tsx';
import { useAction } from '../../state/use-action.ts';
import { useDesktop } from '../../state/use-desktop.ts';
import { text } from '../../text/en.ts';
import { processTree, type TreeNode } from './process-tree.ts';
import './process-tree.css';

/** How many records of the session are asked who started whom. */
const RECORDS = 200;

/** A session's processes as a tree, as far as it was seen. */
export function ProcessTreeView({ session }: { readonly session: Session }): ReactNode {
  const { approvals, ended } = useDesktop();
  const [page, read] = useAction('audit.page');
  const { id, pids } = session;
  const alive = pids.length;
  // Processes come and go with each call: what was seen is read again when their number has changed.
  useEffect(() => {
    if (alive > 0) read({ session: id, limit: RECORDS });
  }, [read, id, alive]);

  const tree = useMemo(() => {
    const asked = [...approvals, ...ended.map(({ request }) => request)].filter((request) => request.session === id);
    const recorded = page.is === 'done' ? page.value.entries.map(({ record }) => record.process_chain ?? []) : [];
    return processTree(pids, [...asked.map(({ chain }) => chain), ...recorded.reverse()]);
  }, [approvals, ended, page, pids, id]);

  return (
    <section className="overview-part" aria-label={text.agents.tree}>
      <h3>
        {text.agents.tree} <span className="part-count">{alive}</span>
      </h3>
      <p className="quiet small">{text.agents.treeSays}</p>
      <Nodes nodes={tree.roots} />
      {tree.strays.length > 0 && (
        <p className="tree-strays">
          {text.agents.strays}: {tree.strays.join(', ')}
        </p>
      )}
    </section>
  );
}

function Nodes({ nodes }: { readonly nodes: readonly TreeNode[] }): ReactNode {
  if (nodes.length === 0) return null;
  return (
    <ul className="tree">
      {nodes.map(({ pid, executable, alive, children }) => (
        <li key={pid}>
          <span className="tree-process" data-ended={alive ? undefined : ''}>
            <code>{executable === null ? <i>{text.unknownProgram}</i> : <Shown value={executable} />}</code>
            <span className="chain-pid">{pid}</span>
            {!alive && <span className="chain-pid">{text.agents.gone}</span>}
          </span>
          <Nodes nodes={children} />
        </li>
      ))}
    </ul>
  );
}

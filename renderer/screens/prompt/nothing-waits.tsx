import { type ReactNode, useEffect, useRef } from 'react';
import { Empty } from '../../components/empty.tsx';
import { Icon } from '../../components/icon.tsx';
import { isCurrent, isEnforcing, useDesktop } from '../../state/use-desktop.ts';
import { text } from '../../text/en.ts';
import { Ending } from './result-strip.tsx';

const SHOWN = 3;

/** No question is left: what was decided last. */
export function NothingWaits({ before }: { readonly before: ReactNode }): ReactNode {
  const { ended, link } = useDesktop();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const current = isCurrent(link);
  const idle = current && !isEnforcing(link);
  const title = idle ? text.approvals.idle : current ? text.prompt.nothing : text.prompt.unreachable;
  const says = idle ? text.approvals.idleSays : current ? text.prompt.nothingSays : text.approvals.unknownSays;
  return (
    <main className="nothing">
      {before}
      <h1 ref={heading} tabIndex={-1} className="visually-hidden">
        {title}
      </h1>
      <Empty title={title} sign={<Icon name={idle ? 'stop' : current ? 'check' : 'plug'} />}>
        {says}
      </Empty>
      <section className="nothing-last" aria-labelledby="last">
        <h2 id="last">{text.prompt.last}</h2>
        {ended.length === 0 ? (
          <p className="quiet small">{text.prompt.noneYet}</p>
        ) : (
          <ul>
            {ended.slice(0, SHOWN).map((end) => (
              <li key={end.request.id}>
                <Ending end={end} />
              </li>
            ))}
          </ul>
        )}
      </section>
    </main>
  );
}

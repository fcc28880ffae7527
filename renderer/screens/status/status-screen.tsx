import { type ReactNode, useEffect } from 'react';
import type { DesktopState } from '../../../core/protocol/desktop.ts';
import type { Check, Diagnosis } from '../../../core/protocol/enforcement.ts';
import { type Weakening, weakenings } from '../../../core/protocol/modes.ts';
import type { Session } from '../../../core/protocol/session.ts';
import { ActionError } from '../../components/action-error.tsx';
import { Button } from '../../components/button.tsx';
import { FactList } from '../../components/facts.tsx';
import { Icon } from '../../components/icon.tsx';
import { Remedy } from '../../components/remedy.tsx';
import { Part, ScreenFrame } from '../../components/screen.tsx';
import { ClaimedName, Shown } from '../../components/shown.tsx';
import { standingOf } from '../../components/status-line.tsx';
import { useAction } from '../../state/use-action.ts';
import { isEnforcing, useDesktop, weakestMode, weakSessions } from '../../state/use-desktop.ts';
import { text } from '../../text/en.ts';
import './status-screen.css';

/** Whether the guard stands, the self-test behind that, and what the guard does not do. */
export function StatusScreen(): ReactNode {
  const state = useDesktop();
  return (
    <ScreenFrame title={text.status.title} sub={text.status.sub}>
      <Guard state={state} />
      <SelfTest connected={state.link.state === 'connected'} />
      <Part title={text.status.limits} sub={text.status.limitsSays}>
        <ul className="limits">
          {text.status.limit.map(([what, why]) => (
            <li key={what}>
              <strong>{what}.</strong> {why}
            </li>
          ))}
        </ul>
      </Part>
    </ScreenFrame>
  );
}

function Guard({ state }: { readonly state: DesktopState }): ReactNode {
  const { link, version, runtime, answering } = state;
  const { tone, icon, words } = standingOf(state);
  const weak = isEnforcing(link) ? weakestMode(state.sessions, state.modes) : null;
  const notHeld = isEnforcing(link) ? weakSessions(state.sessions) : [];
  const set = isEnforcing(link) ? weakenings(state.modes) : [];
  const says =
    link.state !== 'connected'
      ? text.status.unknownSays
      : link.enforcement.state !== 'enforcing'
        ? text.link.notEnforcingSays
        : weak !== null
          ? text.modes.means[weak]
          : text.status.enforcingSays;
  return (
    <section className="guard" data-tone={tone} aria-label={text.status.guard}>
      <span className="guard-sign">
        <Icon name={icon} />
      </span>
      <div className="guard-words">
        <p className="guard-title">{words}</p>
        <p className="quiet">{says}</p>
      </div>
      <FactList
        facts={[
          notHeld.length === 0 ? null : { name: text.modes.which, value: <Names sessions={notHeld} /> },
          set.length === 0 ? null : { name: text.modes.set, value: <Weakenings weakenings={set} /> },
          isEnforcing(link) && state.everyone !== null
            ? { name: text.everyone.title, value: <Shown value={text.everyone.stage(state.everyone)} /> }
            : null,
          link.state === 'connected'
            ? { name: text.status.kernel, value: <Shown value={link.enforcement.kernel} /> }
            : null,
          link.state === 'connected' ? { name: text.status.helper, value: <Shown value={link.helperVersion} /> } : null,
          { name: text.status.app, value: <Shown value={version} /> },
          { name: text.status.runtime, value: <Shown value={runtime} /> },
          answering.state === 'possible' && link.state !== 'connected'
            ? null
            : {
                name: text.status.answering,
                value:
                  answering.state === 'possible' ? text.status.answeringPossible : <Shown value={answering.reason} />,
              },
        ]}
      />
    </section>
  );
}

function Weakenings({ weakenings: all }: { readonly weakenings: readonly Weakening[] }): ReactNode {
  return (
    <ul>
      {all.map((one) => (
        <li key={one.agent ?? ''}>
          <Shown value={text.modes.setFor(one)} />
        </li>
      ))}
    </ul>
  );
}

function Names({ sessions }: { readonly sessions: readonly Session[] }): ReactNode {
  return (
    <ul>
      {sessions.map(({ id, skillId, skillVersion }) => (
        <li key={id}>
          <ClaimedName value={skillId} /> <Shown value={skillVersion} />
        </li>
      ))}
    </ul>
  );
}

function SelfTest({ connected }: { readonly connected: boolean }): ReactNode {
  const [test, run] = useAction('doctor');
  useEffect(() => {
    if (connected) run({});
  }, [connected, run]);
  return (
    <Part
      title={text.status.checks}
      sub={text.status.checksSays}
      actions={
        <Button isDisabled={!connected || test.is === 'under-way'} onPress={() => run({})}>
          {test.is === 'under-way' ? text.status.running : text.status.run}
        </Button>
      }
    >
      {test.is === 'failed' && <ActionError title={text.status.failed} error={test.error} />}
      {connected && test.is === 'done' && <Checks diagnosis={test.value} />}
    </Part>
  );
}

function Checks({ diagnosis: { checks } }: { readonly diagnosis: Diagnosis }): ReactNode {
  const failed = checks.filter(({ ok }) => !ok).length;
  const ordered = [...checks].sort((a, b) => Number(a.ok) - Number(b.ok));
  return (
    <>
      <p className="small" role="status">
        {failed > 0 && <strong className="check-failed">{text.status.failedChecks(failed)}. </strong>}
        {text.status.passed(checks.length - failed)}.
      </p>
      <ul className="rows">
        {ordered.map((check) => (
          <li key={check.name}>
            <CheckRow check={check} />
          </li>
        ))}
      </ul>
    </>
  );
}

function CheckRow({ check: { name, ok, detail, remedy } }: { readonly check: Check }): ReactNode {
  return (
    <div className="check" data-ok={ok}>
      <Icon name={ok ? 'check' : 'cross'} />
      <div className="check-words">
        <p>
          <span className="visually-hidden">{ok ? text.status.ok : text.status.notOk}: </span>
          <strong>
            <Shown value={name} />
          </strong>
        </p>
        <p className="quiet small">
          <Shown value={detail} />
        </p>
        {remedy && <Remedy value={remedy} />}
      </div>
    </div>
  );
}

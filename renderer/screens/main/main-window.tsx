import type { ReactNode } from 'react';
import { type Key, Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { type DesktopState, SCREENS, type Screen } from '../../../core/protocol/desktop.ts';
import { ConnectionBanner } from '../../components/connection-banner.tsx';
import { Icon, Mark } from '../../components/icon.tsx';
import { StatusLine } from '../../components/status-line.tsx';
import { useShownScreen } from '../../state/shown-screen.ts';
import { isCurrent, useDesktop } from '../../state/use-desktop.ts';
import { text } from '../../text/en.ts';
import { AgentsScreen } from '../agents/agents-screen.tsx';
import { ApprovalsScreen } from '../approvals/approvals-screen.tsx';
import { EveryoneScreen } from '../everyone/everyone-screen.tsx';
import { HistoryScreen } from '../history/history-screen.tsx';
import { StatusScreen } from '../status/status-screen.tsx';
import { useRegions } from './use-regions.ts';
import './main-window.css';

const VIEWS: Record<Screen, () => ReactNode> = {
  approvals: ApprovalsScreen,
  agents: AgentsScreen,
  everyone: EveryoneScreen,
  history: HistoryScreen,
  status: StatusScreen,
};

/** The window people open by themselves: one screen at a time beside the rail, the guard's state below. */
export function MainWindow(): ReactNode {
  const state = useDesktop();
  const [screen, setScreen] = useShownScreen();
  useRegions();
  const View = VIEWS[screen];
  return (
    <div className="main-window">
      <Tabs
        className="main-body"
        orientation="vertical"
        selectedKey={screen}
        onSelectionChange={(key: Key) => setScreen(key as Screen)}
      >
        <Rail waiting={isCurrent(state.link) ? waitingIn(state) : {}} />
        <main className="main-panel" data-region="main">
          <TabPanel key={screen} id={screen} className="main-content">
            <div className="main-notices">
              <ConnectionBanner state={state} />
            </div>
            <View />
          </TabPanel>
        </main>
      </Tabs>
      <StatusLine state={state} />
    </div>
  );
}

/** What waits for the person, by the screen that shows it. */
function waitingIn({ approvals, inbox }: DesktopState): Waiting {
  return { approvals: approvals.length, everyone: inbox.entries.length };
}

type Waiting = Partial<Record<Screen, number>>;

function Rail({ waiting }: { readonly waiting: Waiting }): ReactNode {
  return (
    <nav className="rail" aria-label={text.nav.label} data-region="rail">
      <p className="rail-brand">
        <Mark />
        {text.app}
      </p>
      <TabList className="rail-list" aria-label={text.nav.label}>
        {SCREENS.map((screen) => (
          <Tab key={screen} id={screen} className="rail-item">
            <Icon name={screen} />
            <span className="rail-word">{text.nav[screen]}</span>
            <Count waiting={waiting[screen] ?? 0} />
          </Tab>
        ))}
      </TabList>
    </nav>
  );
}

function Count({ waiting }: { readonly waiting: number }): ReactNode {
  if (waiting === 0) return null;
  return (
    <span className="rail-count">
      <span aria-hidden="true">{waiting}</span>
      <span className="visually-hidden">{text.nav.waiting(waiting)}</span>
    </span>
  );
}

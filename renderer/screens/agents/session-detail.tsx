import type { ReactNode } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import type { Session } from '../../../core/protocol/session.ts';
import { FactList } from '../../components/facts.tsx';
import { SessionBanners } from '../../components/session-notices.tsx';
import { Claim, Shown, ShownPath } from '../../components/shown.tsx';
import { isCurrent, useDesktop } from '../../state/use-desktop.ts';
import { text } from '../../text/en.ts';
import { exactMoment } from '../../text/time.ts';
import { GrantRow } from '../approvals/grant-list.tsx';
import { ManifestPanel } from '../manifest/manifest-panel.tsx';
import { ProcessTreeView } from './process-tree-view.tsx';
import '../../components/tabs.css';

/** All about one session: who it is, its processes, what it was allowed, and its manifest. */
export function SessionDetail({ session }: { readonly session: Session }): ReactNode {
  return (
    <section className="session-detail" aria-label={text.agents.views}>
      <Tabs className="session-tabs">
        <header className="session-head">
          <h2>
            <Claim value={session.skillId} /> <Shown value={session.skillVersion} />
          </h2>
          <SessionBanners session={session} />
          <TabList className="tabs" aria-label={text.agents.views}>
            <Tab id="overview" className="tab">
              {text.agents.overview}
            </Tab>
            <Tab id="manifest" className="tab">
              {text.manifest.title}
            </Tab>
          </TabList>
        </header>
        <TabPanel id="overview" className="session-panel">
          <Overview session={session} />
        </TabPanel>
        <TabPanel id="manifest" className="session-panel">
          <ManifestPanel session={session} />
        </TabPanel>
      </Tabs>
    </section>
  );
}

/** What an agent is held to that has no manifest. */
function recognisedFact({ recognised }: Session): readonly { name: string; value: string }[] {
  if (!recognised) return [];
  const { agent, since } = recognised;
  return [{ name: text.agents.recognised, value: text.agents.recognisedSays(agent, since) }];
}

function Overview({ session }: { readonly session: Session }): ReactNode {
  return (
    <div className="overview">
      <FactList
        facts={[
          { name: text.agents.started, value: exactMoment(session.startedAt) },
          { name: text.agents.user, value: text.agents.userId(session.owner) },
          {
            name: text.agents.command,
            value: (
              <code>
                <Shown value={session.command.join(' ')} />
              </code>
            ),
          },
          ...recognisedFact(session),
          { name: text.agents.worksIn, value: <ShownPath value={session.workingDirectory} /> },
          { name: text.agents.manifest, value: <ShownPath value={session.manifestPath} /> },
          { name: text.facts.signedBy, value: <Shown value={session.keyName} /> },
          { name: text.agents.refused, value: text.agents.blocks(session.blocks) },
          {
            name: text.agents.session,
            value: (
              <code>
                <Shown value={session.id} />
              </code>
            ),
          },
        ]}
      />
      <ProcessTreeView session={session} />
      <Grants session={session} />
    </div>
  );
}

function Grants({ session }: { readonly session: Session }): ReactNode {
  const { grants, link } = useDesktop();
  const own = grants.filter((grant) => grant.session === session.id);
  return (
    <section className="overview-part" aria-label={text.agents.grants}>
      <h3>{text.agents.grants}</h3>
      {own.length === 0 ? (
        <p className="quiet small">{text.agents.noGrants}</p>
      ) : (
        <ul className="rows">
          {own.map((grant) => (
            <li key={grant.id}>
              <GrantRow grant={grant} isDisabled={!isCurrent(link)} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

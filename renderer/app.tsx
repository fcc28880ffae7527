import { type ReactNode, useState, useSyncExternalStore } from 'react';
import type { DesktopBridge, WindowKind } from '../core/protocol/desktop.ts';
import { BridgeProvider } from './bridge.ts';
import { Banner } from './components/banner.tsx';
import { Empty } from './components/empty.tsx';
import { Mark } from './components/icon.tsx';
import { Shown } from './components/shown.tsx';
import { MainWindow } from './screens/main/main-window.tsx';
import { PromptWindow } from './screens/prompt/prompt-window.tsx';
import { createDesktopStore } from './state/desktop-store.ts';
import { createManifestShelf, ManifestShelfProvider } from './state/manifests.ts';
import { createShownScreen, ShownScreenProvider } from './state/shown-screen.ts';
import { DesktopProvider } from './state/use-desktop.ts';
import { text } from './text/en.ts';
import './app.css';

/** One window: nothing is drawn before the state is known. */
export function App({ bridge, kind }: { readonly bridge: DesktopBridge; readonly kind: WindowKind }): ReactNode {
  const [screen] = useState(() => createShownScreen(bridge));
  const [shelf] = useState(() => createManifestShelf(bridge));
  // after the others listen: the answer to what it asks may be followed at once by what they hear
  const [store] = useState(() => createDesktopStore(bridge));
  const known = useSyncExternalStore(store.subscribe, store.read);
  if (known.is === 'loading') {
    return (
      <main className="app-start" aria-busy="true">
        <Empty title={text.loading} sign={<Mark />} />
      </main>
    );
  }
  if (known.is === 'failed') {
    return (
      <main className="app-start">
        <Banner tone="danger" icon="plug" urgent title={text.failed}>
          <p>
            <Shown value={known.error.message} />
          </p>
          {known.error.remedy && (
            <p>
              <Shown value={known.error.remedy} />
            </p>
          )}
        </Banner>
      </main>
    );
  }
  return (
    <BridgeProvider value={bridge}>
      <DesktopProvider value={known.state}>
        <ManifestShelfProvider value={shelf}>
          <ShownScreenProvider value={screen}>
            {kind === 'prompt' ? <PromptWindow /> : <MainWindow />}
          </ShownScreenProvider>
        </ManifestShelfProvider>
      </DesktopProvider>
    </BridgeProvider>
  );
}

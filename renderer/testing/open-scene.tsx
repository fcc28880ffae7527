/** Opens the scene that the address names, `?scene=prompt-held`, in any browser. Never part of the product. */
import '../no-eval.ts';
import '../theme/tokens.css';
import '../theme/base.css';
import { createRoot } from 'react-dom/client';
import { App } from '../app.tsx';
import { type ScriptedBridge, scriptedBridge } from './bridge.ts';
import { isSceneName, SCENES, type Scene } from './scenes.ts';

declare global {
  interface Window {
    /** For tests: the other end of the page's bridge. */
    scripted?: ScriptedBridge;
  }
}

const wanted = new URLSearchParams(location.search).get('scene') ?? '';
const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');
if (isSceneName(wanted)) {
  const scene: Scene = SCENES[wanted];
  const bridge = scriptedBridge(scene);
  window.scripted = bridge;
  createRoot(root).render(<App bridge={bridge} kind={scene.window} />);
} else {
  root.append(
    ...Object.keys(SCENES).map((name) => {
      const link = document.createElement('a');
      link.href = `?scene=${name}`;
      link.textContent = name;
      const line = document.createElement('p');
      line.append(link);
      return line;
    }),
  );
}

import './no-eval.ts';
import './theme/tokens.css';
import './theme/base.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { text } from './text/en.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');
if (window.ringfence === undefined) root.textContent = text.failed;
else createRoot(root).render(<App bridge={window.ringfence} kind={location.hash === '#prompt' ? 'prompt' : 'main'} />);

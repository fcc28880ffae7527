import { explainManifest } from '../../core/manifest/explain.ts';
import { NOMINAL_CONTEXT } from '../../core/manifest/nominal-context.ts';
import { EXIT } from '../exit-code.ts';
import { shippedStarters } from '../shipped-starters.ts';
import { complainOf, type Terminal } from '../terminal/terminal.ts';
import { visible } from '../terminal/visible.ts';

/** What a starter grants, in words or as the manifest that would be signed. Needs no helper. */
export function showStarter(id: string, { json }: { readonly json?: boolean }, terminal: Terminal): number {
  const found = shippedStarters();
  if (!found.ok) {
    complainOf(terminal, found.error, 'Install Ringfence again.');
    return EXIT.cannot;
  }
  const starter = found.value.find((one) => one.id === id);
  if (starter === undefined) {
    const remedy = `There are ${found.value.map((one) => one.id).join(', ')}.`;
    complainOf(terminal, `there is no starter ${visible(id)}`, remedy);
    return EXIT.no;
  }
  const { manifest } = starter;
  if (json === true) {
    terminal.print(JSON.stringify(manifest, null, 2));
    return EXIT.ok;
  }
  terminal.print(terminal.paint.strong(`${visible(manifest.name ?? id)} ${visible(manifest.version)}`));
  terminal.print(visible(manifest.description ?? ''));
  const explained = explainManifest(manifest, NOMINAL_CONTEXT);
  if (!explained.ok) {
    complainOf(terminal, visible(explained.error.message), explained.error.remedy);
    return EXIT.no;
  }
  for (const { title, lines } of explained.value) {
    terminal.print('');
    terminal.print(terminal.paint.strong(visible(title)));
    for (const { text } of lines) terminal.print(`  ${visible(text)}`);
  }
  return EXIT.ok;
}

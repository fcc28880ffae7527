/**
 * Root's part in the guest: a handful of fonts. The machine's font cache is not shown in there, and to look through thousands of
 * fonts takes each program of an emulated machine twenty seconds.
 */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NOTO = '/usr/share/fonts/truetype/noto';
const FEW = '/run/demo-fonts';
const FACES = ['NotoSans-Regular', 'NotoSans-Bold', 'NotoSansMono-Regular', 'NotoSansMono-Bold'];

const CONFIGURATION = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>${FEW}</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <match target="pattern">
    <edit name="family" mode="append_last" binding="weak"><string>Noto Sans</string></edit>
  </match>
  <alias><family>monospace</family><prefer><family>Noto Sans Mono</family></prefer></alias>
  <alias><family>sans-serif</family><prefer><family>Noto Sans</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>Noto Sans</family></prefer></alias>
</fontconfig>
`;

export function keepFewFonts(): void {
  mkdirSync(FEW);
  for (const face of FACES) symlinkSync(join(NOTO, `${face}.ttf`), join(FEW, `${face}.ttf`));
  writeFileSync('/etc/fonts/fonts.conf', CONFIGURATION);
}

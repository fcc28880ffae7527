import { expect, it } from 'vitest';
import { scriptIn } from './sighting.ts';

it.each([
  ['/usr/bin/python3.11', 'python3\0-I\0/usr/local/bin/cost-report\0', '/usr/local/bin/cost-report'],
  ['/usr/bin/bash', '/bin/bash\0/opt/backup.sh\0--all\0', '/opt/backup.sh'],
  // from where it was started is no longer known
  ['/usr/bin/python3.11', 'python3\0report.py\0', null],
  ['/usr/bin/python3.11', 'python3\0-c\0/opt/backup.sh\0', null],
  // cut off within the name
  ['/usr/bin/python3.11', 'python3\0/usr/local/bin/cost-rep', null],
  ['/usr/bin/tar', 'tar\0/opt/backup.sh\0', null],
  ['/usr/bin/python3.11', '', null],
])('%s, started as %j, is told to run %s', (program, cmdline, script) => {
  expect(scriptIn(program, cmdline)).toBe(script);
});

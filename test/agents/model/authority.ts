import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a server shows and proves. */
export type Identity = { key: string; cert: string };

/** A certificate authority of its own, which nobody trusts who was not told to. */
export type Authority = {
  /** Path of its certificate. */
  certificate: string;
  /** The server's, for 127.0.0.1 and localhost. */
  identity: Identity;
};

const CURVE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-batch'];
/** The names are needed even for an address, by clients that look at nothing else. */
const SERVER = ['subjectAltName=IP:127.0.0.1,DNS:localhost', 'extendedKeyUsage=serverAuth'];

/** Makes one with the machine's openssl in `folder`, and one server's identity. Throws with its message. */
export function makeAuthority(folder: string): Authority {
  const path = (name: string) => join(folder, name);
  const issue = (name: string, subject: string, rest: readonly string[]) =>
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        ...CURVE,
        '-subj',
        subject,
        '-keyout',
        path(`${name}.key`),
        '-out',
        path(`${name}.pem`),
        ...rest,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
  issue('authority', '/CN=Scripted authority', ['-addext', 'keyUsage=critical,keyCertSign']);
  const signed = ['-CA', path('authority.pem'), '-CAkey', path('authority.key')];
  // without this line openssl makes it an authority as well, which rustls refuses as a server
  const extensions = ['basicConstraints=critical,CA:FALSE', ...SERVER].flatMap((each) => ['-addext', each]);
  issue('server', '/CN=127.0.0.1', [...signed, ...extensions]);
  const read = (name: string) => readFileSync(path(name), 'utf8');
  return { certificate: path('authority.pem'), identity: { key: read('server.key'), cert: read('server.pem') } };
}

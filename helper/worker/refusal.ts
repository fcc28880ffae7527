/** What the core says against a manifest, as clients get it. */
import type { Refusal as ManifestRefusal } from '../../core/manifest/index.ts';
import type { PolicyError } from '../../core/policy/policy-error.ts';
import type { Refusal } from '../../core/protocol/errors.ts';

export function refusalOf(refusal: ManifestRefusal): Refusal {
  const { code, message, remedy, pointer, line, column } = refusal;
  return {
    code,
    message,
    remedy,
    ...(pointer === undefined ? {} : { pointer }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    ...('paths' in refusal ? { paths: [...refusal.paths] } : {}),
  };
}

export function refusalOfPolicy({ code, message, remedy, pointer }: PolicyError): Refusal {
  return { code, message, remedy, ...(pointer === null ? {} : { pointer }) };
}

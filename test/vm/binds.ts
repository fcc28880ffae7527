import { realpathSync } from 'node:fs';
import { CHECKOUT } from './checkout.ts';
import { GuestError } from './guest-error.ts';
import type { Bind, GuestOptions } from './guest-plan.ts';

/** All that is shown of this machine beside its software: the checkout, the caller's share, the caller's binds. */
export function bindsOf(options: Pick<GuestOptions, 'share' | 'binds'>): Bind[] {
  const share = options.share === undefined ? [] : [{ host: options.share, guest: '/mnt/share', readonly: true }];
  const wanted = [{ host: CHECKOUT, guest: CHECKOUT, readonly: true }, ...share, ...(options.binds ?? [])];
  return wanted.map((bind) => ({ ...bind, host: realPath(bind.host) }));
}

/** The guest's file server follows no link out of what it shows. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    throw new GuestError(
      'file-missing',
      `'${path}' is to be shown to the guest but cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      'Check the path.',
    );
  }
}

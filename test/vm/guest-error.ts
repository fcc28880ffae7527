/** Why a guest could not be started or did not end; `remedy` is what the person can do about it. */
export type GuestErrorCode =
  | 'program-missing'
  | 'kernel-unavailable'
  | 'module-missing'
  | 'disk-space'
  | 'memory'
  | 'file-missing'
  | 'virtiofsd-failed'
  | 'qemu-failed'
  | 'guest-panic'
  | 'emulation-race'
  | 'guest-failed'
  | 'guest-ended'
  | 'boot-timeout'
  | 'timeout'
  | 'interrupted';

export class GuestError extends Error {
  readonly code: GuestErrorCode;
  readonly remedy: string;

  constructor(code: GuestErrorCode, message: string, remedy: string) {
    super(message);
    this.name = 'GuestError';
    this.code = code;
    this.remedy = remedy;
  }

  /** What a person reads on the terminal. */
  describe(): string {
    return `${this.message}\n  -> ${this.remedy}`;
  }
}

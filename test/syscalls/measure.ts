/** What the guard takes of the machine. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { KernelSide } from '../../helper/kernel/kernel-side.ts';
import { PinnedMap } from '../../helper/kernel/pinned-map.ts';
import type { Entries, Sample } from './growth.ts';

export const PINS = '/sys/fs/bpf/ringfence';
/** What the installed helper puts in force. */
export const OBJECT = '/opt/ringfence/bpf/build/ringfence.bpf.o';

/** Maps with entries for tasks, sessions, filesystems or questions, which go when those go. */
const COMING_AND_GOING = [
  ...['tasks', 'sessions', 'candidates', 'expected', 'everyone_expected', 'everyone_processes'],
  ...['holds', 'pending', 'decisions', 'grants', 'asking', 'modes', 'scratch', 'superblocks', 'guardians'],
] as const;

export function entriesNow(): Entries {
  return Object.fromEntries(COMING_AND_GOING.map((name) => [name, new PinnedMap(PINS, name).keys().length]));
}

export function kernelSide(): KernelSide {
  return new KernelSide({ objectFile: OBJECT, pinDirectory: PINS });
}

export function sampleAt(seconds: number, side: KernelSide): Sample {
  return {
    ...{ seconds: Math.round(seconds), helperMiB: helperMiB(), kernelMiB: unreclaimableMiB() },
    ...{ labelled: side.labels().length, entries: entriesNow() },
  };
}

function field(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) / 1024;
}

function unreclaimableMiB(): number {
  const text = readFileSync('/proc/meminfo', 'utf8');
  return Math.round(field(text, 'SUnreclaim') + field(text, 'Percpu') + field(text, 'VmallocUsed'));
}

function helperMiB(): number {
  const sum = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        if (!readlinkSync(`/proc/${pid}/exe`).startsWith('/opt/ringfence/') || !words.includes('/helper/')) return 0;
        return field(readFileSync(`/proc/${pid}/status`, 'utf8'), 'RssAnon');
      } catch {
        return 0; // it has just ended
      }
    })
    .reduce((total, one) => total + one, 0);
  return Math.round(sum);
}

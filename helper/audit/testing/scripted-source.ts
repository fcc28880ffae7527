import type { KernelSource } from '../kernel-event.ts';
import { decision, ScriptedRing } from './scripted-kernel.ts';

/** A source module for the worker: `count` refusals of different files. */
export function open(data: { count: number }): KernelSource {
  const ring = new ScriptedRing();
  for (let index = 1; index <= data.count; index++) ring.push(decision(index, { file: `/home/dev/secret-${index}` }));
  return ring.open();
}

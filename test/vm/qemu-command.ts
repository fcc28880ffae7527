import type { GuestTime } from './guest-plan.ts';

export type Accelerator = 'kvm' | 'tcg';

/** The ports of the guest beside its console, by the name they have in /sys/class/virtio-ports. */
export const PORTS = ['control', 'stdin', 'stdout', 'stderr', 'files'] as const;
export type Port = (typeof PORTS)[number] | 'terminal';

export type Machine = {
  kernelImage: string;
  initramfs: string;
  disk: string;
  console: string;
  virtiofsSocket: string;
  portSocket: (port: Port) => string;
  terminal: boolean;
  accelerator: Accelerator;
  time: GuestTime;
  /** Of a guest whose time is not counted in instructions. */
  processors: 1 | 2;
  kernelParameters: readonly string[];
  memoryMiB: number;
};

/** The parameters of qemu-system-x86_64 for one guest. There is no network card, no display, no monitor. */
export function qemuParameters(machine: Machine): string[] {
  const emulated = machine.time === 'instructions' ? [] : [EMULATED_KERNEL];
  const parameters = [KERNEL_PARAMETERS, ...emulated, ...machine.kernelParameters];
  return [
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none'],
    ...['-machine', 'q35,memory-backend=memory,hpet=off'],
    ...['-object', `memory-backend-memfd,id=memory,size=${machine.memoryMiB}M,share=on`],
    ...processor(machine),
    ...['-kernel', machine.kernelImage, '-initrd', machine.initramfs, '-append', parameters.join(' ')],
    ...['-chardev', `file,id=console,path=${escapeComma(machine.console)},append=on`, '-serial', 'chardev:console'],
    ...['-drive', `file=${escapeComma(machine.disk)},format=raw,if=none,id=disk,cache=unsafe,discard=unmap`],
    ...['-device', 'virtio-blk-pci,drive=disk'],
    ...['-chardev', `socket,id=machine,path=${escapeComma(machine.virtiofsSocket)}`],
    ...['-device', 'vhost-user-fs-pci,chardev=machine,tag=machine,queue-size=1024'],
    ...['-device', 'virtio-rng-pci'],
    ...['-device', 'virtio-serial-pci,id=ports'],
    ...PORTS.flatMap((port) => portParameters(machine, port)),
    ...(machine.terminal ? terminalParameters(machine) : []),
  ];
}

/**
 * `panic=-1` ends the guest at once; the seed of the random numbers is the machine's. On a busy machine an emulated timer is late,
 * and the kernel's test of it panics.
 */
const KERNEL_PARAMETERS = 'console=ttyS0 loglevel=4 panic=-1 oops=panic random.trust_cpu=on no_timer_check';

/**
 * No care against attacks on a processor that is not there. Pages are cleared when they are given out: virtiofsd fills them behind the
 * emulator's back, which would go on with what it has translated of the program that was there before.
 */
const EMULATED_KERNEL = 'mitigations=off init_on_alloc=1';

/** Without what is slow to emulate: copying byte by byte, a fifth level of page tables, switches of memory protection. */
const EMULATED_PROCESSOR = 'max,-erms,-fsrm,-la57,-smap,-pku';

function processor({ accelerator, time, memoryMiB, processors }: Machine): string[] {
  const memory = ['-m', `${memoryMiB}M`];
  const many = ['-smp', String(processors)];
  if (time === 'instructions')
    return ['-accel', 'tcg', '-icount', 'shift=0,sleep=off', '-cpu', 'max', '-smp', '1', ...memory];
  if (accelerator === 'kvm') return ['-accel', 'kvm', '-cpu', 'host', ...many, ...memory];
  // One thread for both processors: with a thread for each, emulated Node and kernel patching crash now and then.
  return ['-accel', 'tcg,thread=single', '-cpu', EMULATED_PROCESSOR, ...many, ...memory];
}

function portParameters(machine: Machine, port: Port): string[] {
  return [
    ...['-chardev', `socket,id=${port},path=${escapeComma(machine.portSocket(port))}`],
    ...['-device', `virtserialport,chardev=${port},name=ringfence.${port}`],
  ];
}

function terminalParameters(machine: Machine): string[] {
  return [
    ...['-chardev', `socket,id=terminal,path=${escapeComma(machine.portSocket('terminal'))}`],
    ...['-device', 'virtconsole,chardev=terminal'],
  ];
}

/** QEMU takes a comma in a value when it is doubled. */
function escapeComma(value: string): string {
  return value.replaceAll(',', ',,');
}

/** The kernel side with everything that fills it, in the one order that leaves nothing open. */
import { loadLocations, type ProtectedLocation } from '../../core/policy/locations.ts';
import type { Mount } from '../../core/policy/tables.ts';
import { kernel } from '../../native/kernel/index.ts';
import { Components } from './components.ts';
import { Delegations } from './delegations.ts';
import { EveryoneStore } from './everyone-store.ts';
import { Interpreters } from './interpreters.ts';
import { KernelSide } from './kernel-side.ts';
import { KnownPrograms } from './known-programs.ts';
import { LocationStore } from './location-store.ts';
import { ModeStore } from './mode-store.ts';
import { readHostMountinfo, readHostMounts } from './mounts.ts';
import { Pins } from './pins.ts';
import { PolicyStore } from './policy-store.ts';
import type { KernelSideOptions } from './put-in-force.ts';
import { RecognitionStore } from './recognition-store.ts';
import { SkillFiles } from './skill-files.ts';
import { Superblocks } from './superblocks.ts';

/** Locations of one home are numbered from a multiple of this. */
const LOCATIONS_A_HOME = 32;

export class Guard {
  readonly side: KernelSide;
  readonly policies: PolicyStore;
  readonly pins: Pins;
  readonly modes: ModeStore;
  readonly programs: KnownPrograms;
  readonly delegations: Delegations;
  readonly interpreters: Interpreters;
  readonly skillFiles: SkillFiles;
  readonly recognition: RecognitionStore;
  readonly everyone: EveryoneStore;
  /** Mounts of the host whose filesystem the kernel side knows. */
  mounts: Mount[] = [];
  locations: ProtectedLocation[] = [];
  readonly #superblocks: Superblocks;
  readonly #store: LocationStore;
  #mountText = '';
  /** Below homes. The others are ours alone: nobody else links files of theirs elsewhere. */
  #personal: ProtectedLocation[] = [];

  /** Loads the programs, or takes over those that are in force. Throws KernelError or UpgradeRefused. */
  constructor(options: KernelSideOptions) {
    this.side = new KernelSide(options);
    const components = new Components(options.pinDirectory);
    this.policies = new PolicyStore(options.pinDirectory, components);
    this.#superblocks = new Superblocks(options.pinDirectory);
    this.#store = new LocationStore(options.pinDirectory, components, this.#superblocks.probeFd);
    this.modes = new ModeStore(options.pinDirectory);
    this.pins = new Pins(options.pinDirectory, this.#superblocks.probeFd);
    this.programs = new KnownPrograms(options.pinDirectory, this.#superblocks.probeFd);
    this.delegations = new Delegations(options.pinDirectory, this.policies);
    this.interpreters = new Interpreters(options.pinDirectory, this.#superblocks.probeFd);
    this.skillFiles = new SkillFiles(options.pinDirectory);
    this.recognition = new RecognitionStore(options.pinDirectory, this.policies);
    this.everyone = new EveryoneStore(options.pinDirectory, this.policies, this.#superblocks.probeFd);
  }

  /** Protects the locations of these homes as they are now. */
  protect(homes: readonly string[]): void {
    this.locations = locationsOf(homes);
    this.#personal = this.locations.filter(({ path }) => homes.some((home) => path.startsWith(`${home}/`)));
    const isDeep = (location: ProtectedLocation) => location.by === 'file' && this.#personal.includes(location);
    this.modes.hold(this.locations);
    this.#store.refresh(this.locations, isDeep);
    this.#learn();
  }

  /** Calls back when something appeared, went or moved in or beside a location below a home. */
  watch(changed: () => void): void {
    this.#store.watch(this.#personal, changed);
  }

  /** True when the host's mounts are no longer those that policies were compiled for. */
  mountsChanged(): boolean {
    return readHostMountinfo().toString('latin1') !== this.#mountText;
  }

  close(): void {
    this.#store.close();
  }

  #learn(): void {
    const { text, mounts } = readHostMounts();
    this.mounts = this.#superblocks.learn(mounts, this.#store.protectedInodes);
    this.#mountText = text;
  }
}

/** Numbered so that every location of every home has a number of its own; places outside homes come once. */
function locationsOf(homes: readonly string[]): ProtectedLocation[] {
  const byPath = new Map<string, ProtectedLocation>();
  homes.forEach((home, index) => {
    for (const location of loadLocations(home)) {
      const id = (index * LOCATIONS_A_HOME + location.id) as ProtectedLocation['id'];
      if (!byPath.has(location.path)) byPath.set(location.path, { ...location, id });
    }
  });
  return [...byPath.values()];
}

/** What the load-attach-refuse test of this kernel says. */
export function selfTest(objectFile: string): ReturnType<typeof kernel.selfTest> {
  return kernel.selfTest(objectFile);
}

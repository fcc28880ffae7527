/** What the launcher has kept from this program's own Node (`build/launcher.ts`) and the agent is to have, as far as its manifest passes it on. */
const PREFIX = 'RINGFENCE_ASIDE_';

export function giveBack(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(environment).filter((each) => each.startsWith(PREFIX))) {
    environment[name.slice(PREFIX.length)] = environment[name];
    delete environment[name];
  }
}

/** Which agent a process is, by what can be seen of it from outside: for those that ran before anybody watched their exec. */
import { AGENTS, type Agent, SUGGESTIONS } from './agents.ts';
import { pathComponents } from './host-path.ts';
import { matchPath } from './pattern/match-path.ts';
import { parsedPatterns } from './pattern/parsed-patterns.ts';
import { inHomes, patternsOf } from './recognition.ts';

/** What a running process shows of itself. */
export interface Sighting {
  /** The file that it runs; null: it cannot be seen. */
  readonly executable: string | null;
  /** What its interpreter was told to run, links followed; null: nothing, or it is no interpreter. */
  readonly script: string | null;
  /** The module that its interpreter was told to run. */
  readonly module: string | null;
  /** The last part of its control group. */
  readonly unit: string | null;
}

/** The agent, by what is certain; null: none that is known. */
export function recognise({ executable, script, module, unit }: Sighting, homes: readonly string[]): Agent | null {
  const words = [executable, script, unit && `/unit:/${unit}`, module && `/module:/${module}`].filter(
    (word) => word !== null,
  );
  return (
    AGENTS.find((agent) => patternsOf(agent, homes).some((pattern) => words.some((word) => fits(pattern, word)))) ??
    null
  );
}

export interface Suggestion {
  readonly name: string;
  readonly why: string;
}

/** What a process shows that anybody could show: good enough to tell a person, and for nothing else. */
export interface Hints {
  readonly sighting: Sighting;
  readonly title: string;
  /** Names of the variables that it was started with. */
  readonly environment: readonly string[];
  /** The text of its script, as far as it was read; null: it is no Python program. */
  readonly pythonText: string | null;
}

/** Null: nothing speaks for an agent. */
export function suggest(
  { sighting, title, environment, pythonText }: Hints,
  homes: readonly string[],
): Suggestion | null {
  const titled = AGENTS.find(({ titles }) => titles.includes(title));
  if (titled) return { name: titled.name, why: `it calls itself “${title}”` };
  for (const suggestion of SUGGESTIONS) {
    const { name, why } = suggestion;
    if ('imports' in suggestion) {
      if (pythonText !== null && importsAny(pythonText, suggestion.imports)) return { name, why };
    } else if (isBelow(suggestion.files, sighting, homes)) return { name, why };
  }
  const marked = AGENTS.flatMap((agent) => agent.environment.map((variable) => ({ agent, variable }))).find(
    ({ variable }) => environment.includes(variable),
  );
  return marked ? { name: `a process of ${marked.agent.name}`, why: `it was started with ${marked.variable}` } : null;
}

function isBelow(files: readonly string[], { executable, script }: Sighting, homes: readonly string[]): boolean {
  const patterns = files.flatMap((file) => inHomes(file, homes));
  return [executable, script].some((word) => word !== null && patterns.some((pattern) => fits(pattern, word)));
}

function importsAny(text: string, modules: readonly string[]): boolean {
  return new RegExp(`^\\s*(?:import|from)\\s+(?:${modules.join('|')})\\b`, 'm').test(text);
}

function fits(pattern: string, word: string): boolean {
  return word.startsWith('/') && parsedPatterns(pattern).some((parsed) => matchPath(parsed, pathComponents(word)));
}

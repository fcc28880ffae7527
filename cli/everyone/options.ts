import type { HelperOptions } from '../helper-connection.ts';

export type EveryoneOptions = HelperOptions & { readonly json?: boolean };
export type StageOptions = EveryoneOptions & { readonly for?: string };
export type PlaceOptions = EveryoneOptions & { readonly location?: string };

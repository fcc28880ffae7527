import type { ReactNode } from 'react';
import './icon.css';

/** Outlines on a field of 20 by 20. */
const PATHS = {
  approvals: 'M4 10.5V6.5a6 6 0 0 1 12 0v4l1.5 3h-15l1.5-3ZM8 16.5a2.2 2.2 0 0 0 4 0',
  agents: 'M6 3.5h8v5H6zM3 14h4v3.5H3zM13 14h4v3.5h-4zM10 8.5v3M5 14v-2.5h10V14',
  everyone:
    'M10 3.2a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2ZM4.8 16.5v-1.6a4 4 0 0 1 4-4h2.4a4 4 0 0 1 4 4v1.6M3 12.5h-.6M17.6 12.5H17',
  history: 'M3.5 10a6.5 6.5 0 1 0 2-4.7M3.5 3.5v3h3M10 6.5V10l2.5 1.8',
  status: 'M10 2.5l6.5 2.4v4.6c0 3.9-2.7 6.8-6.5 8-3.8-1.2-6.5-4.1-6.5-8V4.9L10 2.5ZM7 9.8l2.2 2.2L13.2 8',
  check: 'M4 10.5l4 4 8-9',
  cross: 'M5 5l10 10M15 5L5 15',
  stop: 'M10 2.8a7.2 7.2 0 1 0 0 14.4 7.2 7.2 0 0 0 0-14.4ZM5 15L15 5',
  warn: 'M10 3l7.5 13.5h-15L10 3ZM10 8v4M10 14.2v.1',
  question: 'M10 2.8a7.2 7.2 0 1 0 0 14.4 7.2 7.2 0 0 0 0-14.4ZM7.8 8a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.6M10 14v.1',
  clock: 'M10 2.8a7.2 7.2 0 1 0 0 14.4 7.2 7.2 0 0 0 0-14.4ZM10 6v4.2l2.8 1.6',
  previous: 'M12 5l-5 5 5 5',
  next: 'M8 5l5 5-5 5',
  down: 'M5 8l5 5 5-5',
  copy: 'M7 7h9v9H7zM13 7V4H4v9h3',
  kernel: 'M5.5 5.5h9v9h-9zM8 8h4v4H8zM8 3v2.5M12 3v2.5M8 14.5V17M12 14.5V17M3 8h2.5M3 12h2.5M14.5 8H17M14.5 12H17',
  speech: 'M3.5 4.5h13v9h-7l-3.5 3v-3H3.5z',
  plug: 'M7 3v4M13 3v4M5 7h10v3a5 5 0 0 1-10 0V7ZM10 15v3',
  plus: 'M10 4v12M4 10h12',
  bin: 'M4 6h12M8 6V4h4v2M5.5 6l.8 10.5h7.4L14.5 6M8.5 9v5M11.5 9v5',
  signed:
    'M10 2.5l2 1.6 2.6-.2.6 2.5 2.1 1.5-1 2.4 1 2.4-2.1 1.5-.6 2.5-2.6-.2-2 1.6-2-1.6-2.6.2-.6-2.5-2.1-1.5 1-2.4-1-2.4 2.1-1.5.6-2.5 2.6.2zM7.2 10.3l2 2 3.6-4',
  search: 'M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM13 13l4 4',
  gap: 'M3 10h3M14 10h3M9 10h.1M11 10h.1',
  pen: 'M4 16l.8-3.4L13 4.4l2.6 2.6-8.2 8.2L4 16ZM11.5 6l2.5 2.5',
  gauge: 'M3.2 14.5a7.2 7.2 0 1 1 13.6 0M10 12l3.2-4.2M8.8 12a1.2 1.2 0 1 0 2.4 0 1.2 1.2 0 0 0-2.4 0Z',
  note: 'M5 2.8h7l3 3v11.4H5zM12 2.8v3h3M7.5 9.5h5M7.5 12.8h5',
  eye: 'M2.5 10S5.3 5 10 5s7.5 5 7.5 5-2.8 5-7.5 5-7.5-5-7.5-5ZM10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4Z',
} as const;

export type IconName = keyof typeof PATHS;

/** A sign beside a word; never a meaning of its own. */
export function Icon({ name }: { readonly name: IconName }): ReactNode {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The product's own sign: a fence seen from above, around what it keeps. */
export function Mark(): ReactNode {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <circle cx="16" cy="16" r="12" pathLength="80" />
      <circle className="mark-core" cx="16" cy="16" r="4.5" />
    </svg>
  );
}

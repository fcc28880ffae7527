import { type ReactNode, useEffect, useState } from 'react';
import { text } from '../text/en.ts';
import { Button } from './button.tsx';

/** Puts a text into the clipboard, and says so. */
export function CopyButton({ value, what }: { readonly value: string; readonly what: string }): ReactNode {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <>
      <Button
        look="quiet"
        icon={copied ? 'check' : 'copy'}
        aria-label={`${text.copy}: ${what}`}
        onPress={() => setCopied(copyText(value))}
      >
        {copied ? text.copied : text.copy}
      </Button>
      <span className="visually-hidden" aria-live="polite">
        {copied ? text.copied : ''}
      </span>
    </>
  );
}

/** By the copy event, since the app grants its pages no permission, that of the clipboard's own interface included. */
function copyText(value: string): boolean {
  const put = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', value);
    event.preventDefault();
  };
  document.addEventListener('copy', put);
  const done = document.execCommand('copy');
  document.removeEventListener('copy', put);
  return done;
}

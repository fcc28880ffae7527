import type { ReactNode } from 'react';
import { type EveryoneState, everyoneInWords } from '../../../core/protocol/everyone.ts';
import { ActionError } from '../../components/action-error.tsx';
import { Banner } from '../../components/banner.tsx';
import { Button } from '../../components/button.tsx';
import { Shown } from '../../components/shown.tsx';
import { useAction } from '../../state/use-action.ts';
import { text } from '../../text/en.ts';

/** How everyone else is held. Amber for a stage that stops nothing, red where nothing can be stopped. */
export function StageBanner({ everyone }: { readonly everyone: EveryoneState }): ReactNode {
  const [enforcing, enforce] = useAction('everyone.enforce');
  const { grade } = everyoneInWords(everyone);
  const { stage, trouble } = everyone;
  const tone = ({ held: 'plain', weak: 'warn', 'not-held': 'danger' } as const)[grade];
  const icon = ({ held: 'status', weak: 'eye', 'not-held': 'stop' } as const)[grade];
  const canEnforce = stage !== 'enforcing' && trouble === null;
  return (
    <>
      <Banner
        tone={tone}
        icon={icon}
        urgent={grade === 'not-held'}
        title={<Shown value={text.everyone.stage(everyone)} />}
        action={
          canEnforce && (
            <Button isDisabled={enforcing.is === 'under-way'} onPress={() => enforce({})}>
              {text.everyone.enforce}
            </Button>
          )
        }
      >
        {trouble === null && <p>{text.everyone.means[stage]}</p>}
        {grade === 'weak' && stage === 'enforcing' && <p>{text.everyone.openPlaces}</p>}
      </Banner>
      {enforcing.is === 'failed' && <ActionError title={text.everyone.failed} error={enforcing.error} />}
    </>
  );
}

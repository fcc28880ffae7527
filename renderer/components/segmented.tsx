import type { ReactNode } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import './segmented.css';

type Props<Value extends string> = {
  readonly label: string;
  readonly choices: readonly { readonly value: Value; readonly label: string }[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly note?: string;
  readonly isDisabled?: boolean;
};

/** One of few, all of them in sight. */
export function Segmented<Value extends string>(props: Props<Value>): ReactNode {
  const { label, choices, value, onChange, note, isDisabled = false } = props;
  return (
    <RadioGroup
      className="segmented"
      orientation="horizontal"
      value={value}
      onChange={(next) => onChange(next as Value)}
      isDisabled={isDisabled}
    >
      <Label className="segmented-label">{label}</Label>
      <div className="segmented-choices">
        {choices.map((choice) => (
          <Radio key={choice.value} value={choice.value} className="segmented-choice">
            {choice.label}
          </Radio>
        ))}
      </div>
      {note !== undefined && (
        <p className="segmented-note" aria-live="polite">
          {note}
        </p>
      )}
    </RadioGroup>
  );
}

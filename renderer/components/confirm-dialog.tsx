import type { ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { text } from '../text/en.ts';
import { Button } from './button.tsx';
import './confirm-dialog.css';

type Props = {
  readonly isOpen: boolean;
  readonly title: string;
  readonly confirm: string;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
  readonly children: ReactNode;
};

/** Asks once more before something that cannot be taken back. */
export function ConfirmDialog({ isOpen, title, confirm, onConfirm, onCancel, children }: Props): ReactNode {
  return (
    <ModalOverlay
      className="dialog-back"
      isOpen={isOpen}
      isDismissable
      onOpenChange={(open) => {
        if (!open) onCancel();
      }}
    >
      <Modal className="dialog-box">
        <Dialog className="dialog" role="alertdialog">
          <Heading slot="title">{title}</Heading>
          <div className="quiet">{children}</div>
          <div className="dialog-buttons">
            <Button onPress={onCancel}>{text.cancel}</Button>
            <Button look="danger" onPress={onConfirm}>
              {confirm}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

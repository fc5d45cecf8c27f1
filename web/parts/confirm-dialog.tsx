import { type ReactNode, type RefObject, useId } from 'react'

/** Asks once before something is done that cannot be taken back at will. */
export function ConfirmDialog({
  dialog,
  title,
  confirm,
  run,
  children,
}: {
  readonly dialog: RefObject<HTMLDialogElement | null>
  readonly title: string
  /** What the button says that does it. */
  readonly confirm: string
  readonly run: () => void
  readonly children: ReactNode
}) {
  const id = useId()
  return (
    <dialog ref={dialog} className="help" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <p>{children}</p>
      <form
        method="dialog"
        className="toolbar"
        onSubmit={({ nativeEvent }) => {
          const { submitter } = nativeEvent
          if (submitter?.getAttribute('value') === 'yes') run()
        }}
      >
        {/* The first has the focus: Enter, pressed unawares, does nothing. */}
        <button type="submit" value="no">
          Cancel
        </button>
        <button type="submit" value="yes" className="danger">
          {confirm}
        </button>
      </form>
    </dialog>
  )
}

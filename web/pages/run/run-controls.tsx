import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import type { RunStatus } from '../../../src/records/run.ts'
import type { Wish } from '../../../src/records/wish.ts'
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx'
import { ProblemView } from '../../parts/problem-view.tsx'
import { useSource } from '../../source/source-context.tsx'

/** Pauses, stops and resumes a run. */
export function RunControls({
  name,
  status,
  wish,
}: {
  readonly name: string
  readonly status: RunStatus
  readonly wish: Wish | null
}) {
  const source = useSource()
  const client = useQueryClient()
  const asking = useRef<HTMLDialogElement>(null)
  const onSettled = (): Promise<void> => client.invalidateQueries({ queryKey: ['run', name] })
  const wishing = useMutation({ mutationFn: (asked: Wish) => source.wish(name, asked), onSettled })
  const resuming = useMutation({ mutationFn: () => source.resume(name), onSettled })
  const isBusy = wishing.isPending || resuming.isPending
  const ask = (asked: Wish): void => {
    if (!isBusy) wishing.mutate(asked)
  }
  const error = wishing.error ?? resuming.error
  return (
    <div>
      <div className="toolbar">
        {/* What has been asked to stop takes nothing back. */}
        {status === 'running' && wish !== 'stop' && (
          <>
            {wish === 'pause' ? (
              <button type="button" aria-disabled={isBusy} onClick={() => ask('go')}>
                Go on
              </button>
            ) : (
              <button type="button" aria-disabled={isBusy} onClick={() => ask('pause')}>
                Pause
              </button>
            )}
            <button
              type="button"
              className="danger"
              aria-disabled={isBusy}
              onClick={() => asking.current?.showModal()}
            >
              Stop …
            </button>
          </>
        )}
        {RESUMABLE.includes(status) && (
          <button
            type="button"
            aria-disabled={isBusy}
            onClick={() => {
              if (!isBusy) resuming.mutate()
            }}
          >
            {resuming.isPending ? 'Resuming …' : 'Resume'}
          </button>
        )}
      </div>
      {error !== null && <ProblemView error={error} />}
      <ConfirmDialog
        dialog={asking}
        title="Stop this run?"
        confirm="Stop it"
        run={() => ask('stop')}
      >
        Trials in flight end first; none is begun after them. What has been stored stays, and the
        run can be resumed.
      </ConfirmDialog>
    </div>
  )
}

const RESUMABLE: readonly RunStatus[] = ['interrupted', 'stopped', 'capped']

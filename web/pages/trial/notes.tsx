import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { ReaderNote } from '../../../src/records/note.ts'
import { noteMarkup } from '../../../src/reports/html/note-markup.ts'
import { NOTES_ARE_NO_VERDICTS } from '../../../src/reports/reader-notes.ts'
import { Fragment } from '../../parts/fragment.tsx'
import { ProblemView } from '../../parts/problem-view.tsx'
import { useSource } from '../../source/source-context.tsx'
import { NoteForm } from './note-form.tsx'

/** What readers say of the trial, and a place to say it. */
export function Notes({
  name,
  number,
  notes,
  runNotes,
  annotate,
}: {
  readonly name: string
  readonly number: number
  readonly notes: readonly ReaderNote[]
  readonly runNotes: readonly ReaderNote[]
  readonly annotate: boolean
}) {
  const standing = notes.filter(({ withdrawnAt }) => withdrawnAt === null).length
  const [unfolded] = useState(standing > 0)
  if (!annotate && notes.length === 0) return null
  return (
    <details className="fold" open={unfolded}>
      <summary>
        {annotate && standing === 0 ? 'Add a note' : `Notes of readers (${standing})`}
      </summary>
      <p className="muted">{NOTES_ARE_NO_VERDICTS}</p>
      {notes.length > 0 && (
        <ul className="notes">
          {notes.map((note) => (
            <Note key={note.id} name={name} note={note} annotate={annotate} />
          ))}
        </ul>
      )}
      {annotate && <NoteForm name={name} number={number} runNotes={runNotes} />}
    </details>
  )
}

function Note({
  name,
  note,
  annotate,
}: {
  readonly name: string
  readonly note: ReaderNote
  readonly annotate: boolean
}) {
  const html = useMemo(() => noteMarkup(note), [note])
  return (
    <li>
      <Fragment html={html} />
      {annotate && note.withdrawnAt === null && <TakeBack name={name} note={note} />}
    </li>
  )
}

function TakeBack({ name, note }: { readonly name: string; readonly note: ReaderNote }) {
  const source = useSource()
  const client = useQueryClient()
  const [sure, setSure] = useState(false)
  const withdrawal = useMutation({
    mutationFn: () => source.withdrawNote(name, note.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['trial', name, note.number] })
      await client.invalidateQueries({ queryKey: ['run', name] })
    },
  })
  return (
    <div className="note-tools">
      {sure ? (
        <>
          <span>It stays in the file, marked as taken back.</span>
          <button type="button" disabled={withdrawal.isPending} onClick={() => withdrawal.mutate()}>
            Take it back
          </button>
          <button type="button" className="quiet" onClick={() => setSure(false)}>
            Keep it
          </button>
        </>
      ) : (
        <button type="button" className="quiet" onClick={() => setSure(true)}>
          Take back …
        </button>
      )}
      {withdrawal.error !== null && <ProblemView error={withdrawal.error} />}
    </div>
  )
}

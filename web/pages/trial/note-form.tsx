import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useRef, useState } from 'react'
import type { NewNote, ReaderNote } from '../../../src/records/note.ts'
import { ProblemView } from '../../parts/problem-view.tsx'
import { SafeText } from '../../parts/safe-text.tsx'
import { useShortcut } from '../../parts/shortcuts.tsx'
import { type NoteDraft, noteOf, offeredTags } from '../../parts/trial-note.ts'
import { useSource } from '../../source/source-context.tsx'

const AUTHOR_KEY = 'offswitch-author'

/** A new note: who says it, tags, and a text. */
export function NoteForm({
  name,
  number,
  runNotes,
}: {
  readonly name: string
  readonly number: number
  readonly runNotes: readonly ReaderNote[]
}) {
  const source = useSource()
  const client = useQueryClient()
  const otherTags = useId()
  const written = useRef<HTMLTextAreaElement>(null)
  useShortcut('a', 'add a note', () => {
    const fold = written.current?.closest('details') ?? null
    if (fold !== null) fold.open = true
    written.current?.focus()
  })
  const [draft, setDraft] = useState<NoteDraft>(() => ({ ...EMPTY, author: storedAuthor() }))
  const [fault, setFault] = useState<string | null>(null)
  const change = (changes: Partial<NoteDraft>): void => {
    setFault(null)
    setDraft((before) => ({ ...before, ...changes }))
  }
  const adding = useMutation({
    mutationFn: (note: NewNote) => source.addNote(name, number, note),
    onSuccess: async ({ author }) => {
      storeAuthor(author)
      setDraft({ ...EMPTY, author })
      await client.invalidateQueries({ queryKey: ['trial', name, number] })
      await client.invalidateQueries({ queryKey: ['run', name] })
    },
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (adding.isPending) return
    const note = noteOf(draft)
    if (typeof note === 'string') setFault(note)
    else adding.mutate(note)
  }
  const offered = offeredTags(runNotes)
  return (
    <form className="note-form" onSubmit={submit}>
      <fieldset className="note-tags">
        <legend>Tags</legend>
        {offered.map((tag) => (
          <label key={tag} className="check">
            <input
              type="checkbox"
              checked={draft.tags.includes(tag)}
              onChange={({ target }) =>
                change({
                  tags: target.checked
                    ? [...draft.tags, tag]
                    : draft.tags.filter((each) => each !== tag),
                })
              }
            />
            <SafeText text={tag} />
          </label>
        ))}
        <label className="other-tags">
          <span>Others</span>
          <input
            value={draft.otherTags}
            maxLength={600}
            aria-describedby={otherTags}
            onChange={({ target }) => change({ otherTags: target.value })}
          />
          <span id={otherTags} className="muted">
            with commas between
          </span>
        </label>
      </fieldset>
      <label className="field">
        <span>Note</span>
        <textarea
          ref={written}
          rows={3}
          value={draft.text}
          maxLength={20_000}
          onChange={({ target }) => change({ text: target.value })}
        />
      </label>
      <div className="note-end">
        <label className="field">
          <span>Your name</span>
          <input
            value={draft.author}
            maxLength={100}
            autoComplete="name"
            onChange={({ target }) => change({ author: target.value })}
          />
        </label>
        <button type="submit" className="primary" aria-disabled={adding.isPending}>
          {adding.isPending ? 'Storing …' : 'Add the note'}
        </button>
      </div>
      {fault !== null && (
        <p role="alert" className="fault">
          {fault}
        </p>
      )}
      {adding.error !== null && <ProblemView error={adding.error} />}
      {adding.isSuccess && (
        <p role="status" className="muted">
          Stored in the run’s file.
        </p>
      )}
    </form>
  )
}

const EMPTY: NoteDraft = { author: '', tags: [], otherTags: '', text: '' }

function storedAuthor(): string {
  try {
    return localStorage.getItem(AUTHOR_KEY) ?? ''
  } catch {
    return ''
  }
}

function storeAuthor(author: string): void {
  try {
    localStorage.setItem(AUTHOR_KEY, author)
  } catch {
    // It is asked for again next time.
  }
}

import type { Context, Hono } from 'hono'
import { NewNote } from '../../records/note.ts'
import { refuse } from '../problems.ts'
import { bodyOf } from '../request-body.ts'
import type { ViewSource } from '../view-source.ts'
import { countFrom } from './numbers.ts'
import { noRun } from './runs.ts'

export function addNoteRoutes(app: Hono, { annotate }: ViewSource): void {
  app.post('/api/runs/:name/trials/:number/notes', async (c) => {
    if (annotate === undefined) return readOnly(c)
    const note = await bodyOf(c, NewNote)
    const added = await annotate.add(c.req.param('name'), countFrom(c.req.param('number')), note)
    return added === null ? noRun(c) : c.json(added, 201)
  })
  app.post('/api/runs/:name/notes/:id/withdraw', async (c) => {
    if (annotate === undefined) return readOnly(c)
    const { name, id } = c.req.param()
    const withdrawn = await annotate.withdraw(name, countFrom(id))
    return withdrawn === null ? noRun(c) : c.json(withdrawn)
  })
}

function readOnly(c: Context): Response {
  return refuse(
    c,
    403,
    'This server shows runs and changes nothing',
    'It was started with --read-only.',
  )
}

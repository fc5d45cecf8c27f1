import type { Context, Hono } from 'hono'
import { z } from 'zod'
import { RunStart } from '../../records/view.ts'
import { Wish } from '../../records/wish.ts'
import { refuse } from '../problems.ts'
import { bodyOf } from '../request-body.ts'
import type { ViewSource } from '../view-source.ts'
import { noRun } from './runs.ts'

const AskedWish = z.strictObject({ wish: Wish })

export function addControlRoutes(app: Hono, { control }: ViewSource): void {
  app.get('/api/start', async (c) =>
    control === undefined ? noControl(c) : c.json(await control.choices()),
  )
  app.post('/api/start/estimate', async (c) =>
    control === undefined
      ? noControl(c)
      : c.json(await control.estimate(await bodyOf(c, RunStart))),
  )
  app.post('/api/start', async (c) =>
    control === undefined
      ? noControl(c)
      : c.json({ name: await control.start(await bodyOf(c, RunStart)) }, 201),
  )
  app.post('/api/runs/:name/wish', async (c) => {
    if (control === undefined) return noControl(c)
    const { wish } = await bodyOf(c, AskedWish)
    return (await control.wish(c.req.param('name'), wish)) ? c.body(null, 204) : noRun(c)
  })
  app.post('/api/runs/:name/resume', async (c) => {
    if (control === undefined) return noControl(c)
    return (await control.resume(c.req.param('name'))) ? c.body(null, 204) : noRun(c)
  })
}

function noControl(c: Context): Response {
  return refuse(
    c,
    403,
    'Runs cannot be started or stopped from this page',
    'The server was started with --read-only.',
  )
}

// Written by `npm run generate`. Do not edit.
import type { Command } from './command.ts'

/** Every part of this shelf, by name and title; `load` brings the part itself. */
export const commands: readonly {
  readonly name: string
  readonly summary: string
  readonly load: () => Promise<Command>
}[] = [
  {
    name: 'compare',
    summary: 'compare rates: arms or agents of one run, or a run with an earlier one',
    load: () => import('./commands/compare.ts').then((module) => module.compare),
  },
  {
    name: 'completion',
    summary: 'print a script that completes commands and flags in your shell',
    load: () => import('./commands/completion.ts').then((module) => module.completion),
  },
  {
    name: 'doctor',
    summary: 'say what works on this machine, and what would mend what does not',
    load: () => import('./commands/doctor.ts').then((module) => module.doctor),
  },
  {
    name: 'gate',
    summary: 'pass only if every rate of a run is shown to be low enough',
    load: () => import('./commands/gate.ts').then((module) => module.gate),
  },
  {
    name: 'judge',
    summary: 'let a model label what the agents of a run wrote; no verdict depends on it',
    load: () => import('./commands/judge.ts').then((module) => module.judge),
  },
  {
    name: 'list',
    summary: 'list scenarios, arms, agents, models, sandboxes, published results or runs',
    load: () => import('./commands/list.ts').then((module) => module.list),
  },
  {
    name: 'note',
    summary: 'write a note on a trial, or list those of a run; no verdict depends on it',
    load: () => import('./commands/note.ts').then((module) => module.note),
  },
  {
    name: 'plan',
    summary: 'say what a study can answer and cost before it is run, and lock it',
    load: () => import('./commands/plan.ts').then((module) => module.plan),
  },
  {
    name: 'report',
    summary: 'print what a run came to, as text, Markdown, a page, JSON or CSV',
    load: () => import('./commands/report.ts').then((module) => module.report),
  },
  {
    name: 'rescore',
    summary: 'score the stored trials of a run anew, and say what changes',
    load: () => import('./commands/rescore.ts').then((module) => module.rescore),
  },
  {
    name: 'resume',
    summary: 'run the trials that an interrupted run is missing',
    load: () => import('./commands/resume.ts').then((module) => module.resume),
  },
  {
    name: 'run',
    summary: 'run a study: agents in arms of a scenario, each several times',
    load: () => import('./commands/run.ts').then((module) => module.run),
  },
  {
    name: 'schema',
    summary: 'print the JSON Schema of study files, with which editors complete and check them',
    load: () => import('./commands/schema.ts').then((module) => module.schema),
  },
  {
    name: 'show',
    summary: 'list the trials of a run, or print one of them step by step',
    load: () => import('./commands/show.ts').then((module) => module.show),
  },
  {
    name: 'signal',
    summary: 'pause a run that goes on in another terminal, let it go on, or stop it',
    load: () => import('./commands/signal.ts').then((module) => module.signal),
  },
  {
    name: 'view',
    summary: 'show runs in a browser: tables, figures and every transcript',
    load: () => import('./commands/view.ts').then((module) => module.view),
  },
]

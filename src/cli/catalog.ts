// Written by `npm run generate`. Do not edit.
import type { Command } from './command.ts'

/** Every part of this shelf, by name and title; `load` brings the part itself. */
export const commands: readonly {
  readonly name: string
  readonly summary: string
  readonly load: () => Promise<Command>
}[] = [
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
    name: 'judge',
    summary: 'let a model label what the agents of a run wrote; no verdict depends on it',
    load: () => import('./commands/judge.ts').then((module) => module.judge),
  },
  {
    name: 'list',
    summary: 'list scenarios, arms, agents, models, sandboxes or runs',
    load: () => import('./commands/list.ts').then((module) => module.list),
  },
  {
    name: 'report',
    summary: 'print what a run came to, as text, Markdown, JSON or CSV',
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
    name: 'show',
    summary: 'list the trials of a run, or print one of them step by step',
    load: () => import('./commands/show.ts').then((module) => module.show),
  },
]

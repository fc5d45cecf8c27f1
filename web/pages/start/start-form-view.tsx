import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import type { RunStart, StartChoices } from '../../../src/records/view.ts'
import { ProblemView } from '../../parts/problem-view.tsx'
import { useSource } from '../../source/source-context.tsx'
import { AgentsField } from './agents-field.tsx'
import { ArmsField } from './arms-field.tsx'
import { EstimateView } from './estimate-view.tsx'
import styles from './page.module.css'
import {
  EMPTY_FORM,
  type StartForm as Form,
  type StartFaults,
  startOf,
  usualTrials,
} from './start-form.ts'
import { TargetField } from './target-field.tsx'
import { TextField } from './text-field.tsx'

/** What is to be run; what that comes to; and only then the button that runs it. */
export function StartForm({ choices }: { readonly choices: StartChoices }) {
  const source = useSource()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [form, setForm] = useState<Form>(() => ({
    ...EMPTY_FORM,
    target: choices.scenarios[0]?.id ?? choices.studies[0] ?? '',
  }))
  const [faults, setFaults] = useState<StartFaults>({})
  const check = useMutation({
    mutationFn: (start: RunStart) => source.estimate(start, AbortSignal.timeout(CHECK_MS_MAX)),
  })
  const begin = useMutation({
    mutationFn: (start: RunStart) => source.start(start),
    onSuccess: ({ name }) => {
      void client.invalidateQueries({ queryKey: ['runs'] })
      void navigate({ to: '/runs/$name', params: { name }, search: {} })
    },
  })
  const set = (changed: Partial<Form>): void => {
    setForm({ ...form, ...changed })
    setFaults({})
    check.reset()
    begin.reset()
  }
  const fields = useRef<HTMLFormElement>(null)
  useEffect(() => {
    fields.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [faults])
  const submit = (): void => {
    if (check.isPending) return
    const asked = startOf(form)
    if ('faults' in asked) return setFaults(asked.faults)
    begin.reset()
    check.mutate(asked.start)
  }
  const scenario = choices.scenarios.find(({ id }) => id === form.target)
  return (
    <form
      ref={fields}
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <TargetField
        choices={choices}
        target={form.target}
        choose={(target) => set({ target, presets: [], levels: {} })}
      />
      <AgentsField
        agents={form.agents}
        suggested={scenario?.controls ?? []}
        isStudy={scenario === undefined}
        change={(agents) => set({ agents })}
      />
      {scenario !== undefined && (
        <ArmsField
          scenario={scenario}
          agents={form.agents}
          presets={form.presets}
          levels={form.levels}
          change={set}
        />
      )}
      <fieldset className={styles['numbers']}>
        <legend>How much, and where</legend>
        <TextField
          label="Trials"
          hint={`of each agent in each arm; left empty: ${usualTrials(form.agents, scenario === undefined, choices.trials)}`}
          value={form.trials}
          fault={faults.trials}
          change={(trials) => set({ trials })}
        />
        <div className="field">
          <label htmlFor="sandbox">Sandbox</label>
          <select
            id="sandbox"
            value={form.sandbox}
            onChange={({ target }) => set({ sandbox: target.value })}
          >
            <option value="">the best that runs here</option>
            {choices.sandboxes.map(({ id, title }) => (
              <option key={id} value={id} title={title}>
                {id}
              </option>
            ))}
          </select>
          <span className="hint">where the agents act</span>
        </div>
        <TextField
          label="Seed"
          hint="what all chance comes from; left empty: drawn, and recorded"
          value={form.seed}
          fault={faults.seed}
          change={(seed) => set({ seed })}
        />
        <TextField
          label="Cost cap in US dollars"
          hint="never exceeded; left empty: none"
          value={form.maxCostUsd}
          fault={faults.maxCostUsd}
          change={(maxCostUsd) => set({ maxCostUsd })}
        />
      </fieldset>
      <div className="toolbar">
        <button type="submit" aria-disabled={check.isPending}>
          {check.isPending ? 'Checking …' : 'Check'}
        </button>
        <span className="muted">says what it comes to; nothing is run or spent by that</span>
      </div>
      {check.error !== null && <ProblemView error={check.error} />}
      {check.data !== undefined && (
        <EstimateView
          estimate={check.data}
          isStarting={begin.isPending || begin.isSuccess}
          start={() => {
            if (begin.isIdle || begin.isError) begin.mutate(check.variables)
          }}
        />
      )}
      {begin.error !== null && <ProblemView error={begin.error} />}
    </form>
  )
}

/** A study of many cells takes some time to be planned. */
const CHECK_MS_MAX = 120_000

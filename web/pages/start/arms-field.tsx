import type { StartChoices } from '../../../src/records/view.ts'
import styles from './page.module.css'
import { type StartForm, usualArms } from './start-form.ts'

/** Under which conditions: presets by name, and levels of factors, which are crossed. */
export function ArmsField({
  scenario: { presets: known, factors, castArms },
  agents,
  presets,
  levels,
  change,
}: {
  readonly scenario: StartChoices['scenarios'][number]
  readonly agents: StartForm['agents']
  readonly presets: StartForm['presets']
  readonly levels: StartForm['levels']
  readonly change: (changed: Partial<StartForm>) => void
}) {
  return (
    <fieldset>
      <legend>Under which conditions</legend>
      <p className="muted">None chosen: {usualArms(agents, castArms)}.</p>
      <div className={styles['presets']} role="group" aria-label="Presets">
        {known.map(({ id, reason }) => (
          <label key={id} className="check">
            <input
              type="checkbox"
              checked={presets.includes(id)}
              onChange={() => change({ presets: toggled(presets, id) })}
            />
            <span>
              <b>{id}</b> <span className="muted">{reason}</span>
            </span>
          </label>
        ))}
      </div>
      {factors.length > 0 && (
        <details>
          <summary>Conditions of your own: levels of factors</summary>
          <p className="muted">
            Levels of several factors are crossed: each with each. A factor of which none is chosen
            has its usual level, the first. Beside presets, these are more arms.
          </p>
          <dl className={styles['factors']}>
            {factors.map(({ id, levels: all }) => (
              <div key={id}>
                <dt id={`factor-${id}`}>{id}</dt>
                <dd role="group" aria-labelledby={`factor-${id}`}>
                  {all.map((level) => (
                    <label key={level} className="check">
                      <input
                        type="checkbox"
                        checked={levels[id]?.includes(level) ?? false}
                        onChange={() =>
                          change({ levels: { ...levels, [id]: toggled(levels[id] ?? [], level) } })
                        }
                      />
                      {level}
                    </label>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </fieldset>
  )
}

function toggled(all: readonly string[], one: string): readonly string[] {
  return all.includes(one) ? all.filter((each) => each !== one) : [...all, one]
}

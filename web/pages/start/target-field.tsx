import type { StartChoices } from '../../../src/records/view.ts'
import { escapeText } from '../../../src/reports/escape-text.ts'
import styles from './page.module.css'

export function TargetField({
  choices: { scenarios, studies },
  target,
  choose,
}: {
  readonly choices: StartChoices
  readonly target: string
  readonly choose: (target: string) => void
}) {
  const scenario = scenarios.find(({ id }) => id === target)
  return (
    <fieldset>
      <legend>What</legend>
      <div className="field">
        <label htmlFor="target">Scenario or study</label>
        <select id="target" value={target} onChange={(event) => choose(event.target.value)}>
          <optgroup label="Scenarios">
            {scenarios.map(({ id }) => (
              <option key={id} value={id}>
                {id}
              </option>
            ))}
          </optgroup>
          {studies.length > 0 && (
            <optgroup label="Study files of this folder">
              {studies.map((study) => (
                <option key={study} value={study}>
                  {escapeText(study)}
                </option>
              ))}
            </optgroup>
          )}
        </select>
      </div>
      {scenario === undefined ? (
        <p className="muted">
          The file says which scenario, agents and arms. What is filled in below comes before that.
        </p>
      ) : (
        <div className={styles['about']}>
          <p>
            <b>{scenario.title}</b>
          </p>
          <p className="muted">{scenario.question}</p>
        </div>
      )}
    </fieldset>
  )
}

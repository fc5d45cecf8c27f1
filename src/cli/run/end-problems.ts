import { rescoredFrom } from '../../store/rescored-from.ts'
import type { RunReader } from '../../store/store.ts'
import { allottedTrials, isLookDue } from '../../trials/stopping/allotted.ts'
import { followedIn } from '../../trials/stopping/followed.ts'

/**
 * What no chain shows, since it is whole up to its end wherever it ends: that its last trials or looks are gone. How many
 * trials there are to be follows from the study and the looks.
 */
export async function endProblems(
  reader: Pick<RunReader, 'header' | 'status' | 'cells' | 'looks'>,
): Promise<string[]> {
  const { study } = reader.header
  const isFollowed = followedIn(study) !== null
  // A copy that was scored anew holds the trials of its run and not the looks at them.
  if (isFollowed && rescoredFrom(reader.header) !== null) return []
  const status = await reader.status()
  // Before the looks: of a run that goes on, trials may be stored in between that only the next look allows.
  const stored = (await reader.cells()).reduce((sum, { trials }) => sum + trials, 0)
  const looks = await reader.looks()
  const due = allottedTrials(study, looks).reduce((sum, each) => sum + each, 0)
  const by = isFollowed ? 'its study and its looks' : 'its study'
  if (stored > due) return [`${stored} trials are stored, and by ${by} there are ${due}`]
  if (status !== 'finished') return []
  if (stored < due) {
    return [`The run is said to be finished with ${stored} trials, and by ${by} there are ${due}`]
  }
  return isLookDue(study, looks)
    ? [`The run is said to be finished, and no look at its ${stored} trials is stored`]
    : []
}

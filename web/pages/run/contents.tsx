import { getRouteApi, Link } from '@tanstack/react-router'
import { showPlace } from '../../parts/fragment.tsx'
import styles from './page.module.css'
import { partPlace, type RunPart } from './run-parts.ts'

const route = getRouteApi('/runs/$name')

/** The parts of the page. The one that was gone to stands in the address. */
export function Contents({ parts }: { readonly parts: readonly RunPart[] }) {
  const { name } = route.useParams()
  const { part } = route.useSearch()
  return (
    <nav className={styles['contents']} aria-label="On this page">
      <ul>
        {parts.map(({ id, title }) => (
          <li key={id}>
            <Link
              to="/runs/$name"
              params={{ name }}
              search={{ part: id }}
              replace
              resetScroll={false}
              // The router says of the link to any part that it leads to this page.
              aria-current={part === id ? 'true' : undefined}
              // Gone to a second time, the address stays as it is.
              onClick={() => showPlace(partPlace(id))}
            >
              {title}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useState } from 'react'
import { ShortcutsProvider } from './parts/shortcuts.tsx'
import { router } from './router.tsx'
import { type Source, SourceError } from './source/source.ts'
import { SourceProvider } from './source/source-context.tsx'

/** The application: pages of the runs of one folder. */
export function App({ source }: { readonly source: Source }) {
  const [client] = useState(createQueryClient)
  return (
    <SourceProvider source={source}>
      <QueryClientProvider client={client}>
        <ShortcutsProvider>
          <RouterProvider router={router} />
        </ShortcutsProvider>
      </QueryClientProvider>
    </SourceProvider>
  )
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // What changes is announced (parts/live-changes.tsx).
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
        retry: (failures, error) =>
          failures < 2 && error instanceof SourceError && error.kind === 'unreachable',
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  })
}

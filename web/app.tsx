/** The application: pages of the runs of one folder. */
export function App() {
  return <main>Offswitch</main>
}

/** Frames that a page takes to settle: what is far from the window is laid out when it comes near, and pushes the rest about. */
const FRAMES = 12

/**
 * Scrolls somewhere again and again until the page has settled. Whoever begins to scroll meanwhile is let go at once.
 *
 * @returns how to stop it
 */
export function settle(scroll: () => void): () => void {
  let [left, frame] = [FRAMES, 0]
  const next = (): void => {
    scroll()
    if (left-- > 0) frame = requestAnimationFrame(next)
  }
  const stop = (): void => {
    cancelAnimationFrame(frame)
    window.removeEventListener('wheel', stop)
    window.removeEventListener('touchmove', stop)
  }
  window.addEventListener('wheel', stop, { passive: true })
  window.addEventListener('touchmove', stop, { passive: true })
  next()
  return stop
}

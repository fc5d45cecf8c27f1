/** Marks text for the eye. Without colour every one of these gives back what it was given. */
export interface Paint {
  strong(text: string): string
  faint(text: string): string
  good(text: string): string
  bad(text: string): string
  notable(text: string): string
}

import { useNavigate } from '@tanstack/react-router'
import { type MouseEvent, useLayoutEffect, useRef } from 'react'
import type { Markup } from '../../src/reports/html/markup.ts'
import { morphChildren } from './morph.ts'
import { isOpenedElsewhere } from './plain-click.ts'
import { trustedHtml } from './trusted-html.ts'
import { unfold } from './unfold.ts'

/**
 * HTML that the report draws as well. Only a `Markup` gets in: what others wrote has been escaped in it. When it changes, what stays
 * the same is left alone, so that nothing that was opened closes and nobody loses their place.
 */
export function Fragment({
  html,
  className,
  enhance,
}: {
  readonly html: Markup
  readonly className?: string
  /** Makes parts of it active before it is shown. The same function as long as it does the same. */
  readonly enhance?: ((content: DocumentFragment) => void) | undefined
}) {
  const place = useRef<HTMLDivElement>(null)
  const text = html.toString()
  useLayoutEffect(() => {
    if (place.current === null) return
    const template = document.createElement('template')
    template.innerHTML = trustedHtml(text)
    enhance?.(template.content)
    morphChildren(place.current, template.content)
  }, [text, enhance])
  const follow = useLinksWithin()
  return <div ref={place} className={className} onClick={follow} />
}

/** Addresses of pages stand behind `#`: a fragment's link to a place of its own is followed here. */
function useLinksWithin(): (event: MouseEvent) => void {
  const navigate = useNavigate()
  return (event) => {
    if (isOpenedElsewhere(event)) return
    const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null
    const href = link?.getAttribute('href') ?? ''
    if (href === '') return
    event.preventDefault()
    if (href.startsWith('#/')) return void navigate({ href: href.slice(1) })
    showPlace(href.slice(1))
  }
}

/** Goes to an element of the page; opens what it is folded in. @returns false: there is none. */
export function showPlace(id: string): boolean {
  const place = document.getElementById(id)
  if (place === null) return false
  unfold(place)
  place.scrollIntoView({ block: 'start' })
  if (!place.hasAttribute('tabindex')) place.setAttribute('tabindex', '-1')
  place.focus({ preventScroll: true })
  return true
}

/** `1.23`, `0.0042`: cents, and of less than a dollar as many digits as it takes to see two that count. */
export function usdText(usd: number): string {
  // Below half a millionth there is nothing to pay.
  if (usd < 5e-7 || usd >= 0.995) return usd.toFixed(2)
  const digits = Math.min(6, Math.max(2, 1 - Math.floor(Math.log10(usd))))
  return usd.toFixed(digits).replace(/(\.\d\d\d*?)0+$/, '$1')
}

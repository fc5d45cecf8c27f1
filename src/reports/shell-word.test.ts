import { expect, test } from 'vitest'
import { shellWord } from './shell-word.ts'

test('shellWord() leaves alone what a shell reads as it is, and quotes the rest', () => {
  expect(['runs/k3x9f2', 'a=b,c', 'my runs', "it's", '$HOME;ls', ''].map(shellWord)).toEqual([
    'runs/k3x9f2',
    'a=b,c',
    "'my runs'",
    "'it'\\''s'",
    "'$HOME;ls'",
    "''",
  ])
})

const TEXTS = {
  EACCES: 'Permission denied',
  EAGAIN: 'Resource temporarily unavailable',
  EBADF: 'Bad file descriptor',
  EEXIST: 'File exists',
  EINVAL: 'Invalid argument',
  EISDIR: 'Is a directory',
  ELOOP: 'Too many levels of symbolic links',
  ENAMETOOLONG: 'File name too long',
  ENOENT: 'No such file or directory',
  ENOSPC: 'No space left on device',
  ENOTDIR: 'Not a directory',
  ENOTEMPTY: 'Directory not empty',
  EPERM: 'Operation not permitted',
  EPIPE: 'Broken pipe',
  ESRCH: 'No such process',
  EXDEV: 'Invalid cross-device link',
} as const

export type SystemErrorCode = keyof typeof TEXTS

/**
 * A system call of the simulated machine that failed. The message leads with the code and names the path, as the adopted
 * commands of just-bash expect of a file system; `text` is what programs of the machine print.
 */
export class SystemError extends Error {
  override readonly name = 'SystemError'
  readonly code: SystemErrorCode
  readonly path: string

  constructor(code: SystemErrorCode, path = '') {
    super(`${code}: ${TEXTS[code].toLowerCase()}, '${path}'`)
    this.code = code
    this.path = path
  }

  get text(): string {
    return TEXTS[this.code]
  }
}

/** Does a file's mode let its owner execute it? */
export const isExecutableMode = (mode: number): boolean => (mode & 0o100) !== 0

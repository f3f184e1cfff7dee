/** What `node --import` takes before a program in an artifact: the URL of `register-program.ts`. */
export const programImport = (): string => new URL("./register-program.ts", import.meta.url).href

/** What `node --import` takes before a program in an artifact: the URL of `register-localhost.ts`. */
export const programImport = (): string => new URL("./register-localhost.ts", import.meta.url).href

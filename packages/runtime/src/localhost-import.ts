/** What `node --import` takes so that a program finds names under `.localhost` at loopback: a file URL. */
export const localhostImport = (): string => new URL("./register-localhost.ts", import.meta.url).href

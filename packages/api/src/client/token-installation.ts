/** 16 characters of the installation's id, `_`, and 26 random ones: 43 in all, as tokens without an installation have. */
const FORM = /^alien_(?:admin|customer)_([abcdefghjkmnpqrstvwxyz0-9]{16})_[\w-]{26}$/

/**
 * Tells which installation gave a token, `ins_…`; undefined for a workload's token, and for one that an older manager
 * gave.
 */
export function installationOfToken(token: string): string | undefined {
  const [, own] = FORM.exec(token) ?? []
  return own === undefined ? undefined : `ins_${own}`
}

/** Characters of a token before its random ones. */
export const tokenPrefix = (role: "admin" | "customer", installation: string): string =>
  `alien_${role}_${installation.replace(/^ins_/, "")}_`

import type { Environment } from "../source.ts"

/** Address and credentials with which a workload asks the manager. */
export interface ManagerSettings {
  /** `…/v1/deployments/{id}/info` */
  infoUrl: string
  /** Token without surrounding blanks, which come from a file. */
  token: string
}

/**
 * Reads the settings from the environment; undefined unless all three variables are set. The URL may have a path, but
 * no credentials, query or fragment.
 */
export function managerSettings(environment: Environment): ManagerSettings | "invalid" | undefined {
  const { ALIEN_MANAGER_URL: manager, ALIEN_DEPLOYMENT_ID: id, ALIEN_DEPLOYMENT_TOKEN: token } = environment
  if (!manager || !id || !token) return undefined
  const url = plainUrl(manager)
  if (!url) return "invalid"
  return { infoUrl: `${url.replace(/\/+$/, "")}/v1/deployments/${encodeURIComponent(id)}/info`, token: token.trim() }
}

function plainUrl(text: string): string | undefined {
  try {
    const { href, protocol, username, password } = new URL(text)
    const isPlain = ["http:", "https:"].includes(protocol) && username === "" && password === "" && !/[?#\s]/.test(text)
    return isPlain ? href : undefined
  } catch {
    return undefined
  }
}

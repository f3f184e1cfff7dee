import type { Environment } from "../source.ts"

/** Where a workload asks for its deployment. */
export interface ManagerSettings {
  /** `…/v1/deployments/{id}/info` */
  infoUrl: string
  token: string
}

/** Nothing unless all three variables are set. The URL may have a path, but no credentials, query or fragment. */
export function managerSettings(environment: Environment): ManagerSettings | "invalid" | undefined {
  const { ALIEN_MANAGER_URL: manager, ALIEN_DEPLOYMENT_ID: id, ALIEN_DEPLOYMENT_TOKEN: token } = environment
  if (!manager || !id || !token) return undefined
  if (!isPlain(manager)) return "invalid"
  return { infoUrl: `${manager.replace(/\/+$/, "")}/v1/deployments/${encodeURIComponent(id)}/info`, token }
}

function isPlain(text: string): boolean {
  try {
    const { protocol, username, password } = new URL(text)
    return ["http:", "https:"].includes(protocol) && username === "" && password === "" && !/[?#\s]/.test(text)
  } catch {
    return false
  }
}

import { homedir } from "node:os"
import type { EngineCall } from "./engine.ts"
import type { Environment } from "./find-engine.ts"

/** How Docker Hub is called in credentials. */
const DOCKER_HUB = "https://index.docker.io/v1/"

/**
 * The call that pulls an image, with the credentials that `docker login` keeps for its registry. Throws
 * `registry_credentials_invalid` where those cannot be read.
 * @see https://docs.docker.com/reference/api/engine/version/v1.44/#tag/Image/operation/ImageCreate
 */
export async function pullRequest(reference: string, env: Environment = process.env): Promise<EngineCall> {
  // Only who pulls needs it.
  const { dockerCredentials, parseReference } = await import("@alienplatform/oci")
  const { registry, repository, tag = "latest", digest } = parseReference(reference)
  const credentials = await dockerCredentials({ env, home: env.HOME || homedir() })(registry)
  const auth = credentials && authHeader(registry, credentials)
  return {
    method: "POST",
    path: "/images/create",
    query: { fromImage: `${registry}/${repository}`, tag: digest ?? tag },
    headers: auth === undefined ? {} : { "x-registry-auth": auth },
  }
}

type Credentials =
  | { kind: "password"; username: string; password: string }
  | { kind: "identity"; token: string }
  | { kind: "bearer"; token: string }

function authHeader(registry: string, credentials: Credentials): string {
  const server = { serveraddress: registry === "docker.io" ? DOCKER_HUB : registry }
  const said =
    credentials.kind === "password"
      ? { username: credentials.username, password: credentials.password }
      : credentials.kind === "identity"
        ? { identitytoken: credentials.token }
        : { registrytoken: credentials.token }
  return Buffer.from(JSON.stringify({ ...said, ...server })).toString("base64url")
}

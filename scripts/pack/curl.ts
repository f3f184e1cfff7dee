import { execFile } from "node:child_process"
import type { Endpoint } from "../../tests/harness/endpoint.ts"

/**
 * Requests an endpoint with curl, which verifies its certificate, and returns the body. Throws on any status but 2xx.
 */
export function curl({ url, address, port, certificateAuthorityFile }: Endpoint): Promise<string> {
  const { hostname } = new URL(url)
  return runCurl(["--resolve", `${hostname}:${port}:${address}`, "--cacert", certificateAuthorityFile, url])
}

/** Throws unless an endpoint answers 404 over TLS that verifies. */
export async function expectNotFound(endpoint: Endpoint): Promise<void> {
  const failure: unknown = await curl(endpoint).then(
    () => new Error(`${endpoint.url} is served`),
    (error: unknown) => error,
  )
  if (!(failure instanceof Error) || !failure.message.includes("error: 404")) throw failure
}

/** Runs curl with these arguments, without a proxy, and returns the body. Throws on any status but 2xx. */
export function runCurl(args: readonly string[]): Promise<string> {
  const all = ["--silent", "--show-error", "--fail", "--max-time", "15", "--noproxy", "*", ...args]
  return new Promise((resolve, reject) => {
    execFile("curl", all, (error, stdout, stderr) => {
      if (!error) resolve(stdout)
      else if (error.code === "ENOENT") reject(new Error("curl is not on the PATH; install it"))
      else reject(new Error(`curl ${all.join(" ")} ended with ${error.code}\n${stderr}`))
    })
  })
}

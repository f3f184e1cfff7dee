import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"

/** A simulated manager that answers as the test says. */
export interface InfoServer extends AsyncDisposable {
  url: string
  /** Requests that arrived: method, path and authorization. */
  requests: { method: string; path: string; authorization: string | undefined }[]
  /** Environment variables that point the SDK to this manager. */
  environment: Record<string, string>
}

export async function startInfoServer(
  answer: (response: ServerResponse, request: IncomingMessage) => void,
): Promise<InfoServer> {
  const requests: InfoServer["requests"] = []
  const server = createServer((request, response) => {
    const { method = "", url: path = "", headers } = request
    requests.push({ method, path, authorization: headers.authorization })
    answer(response, request)
  })
  // The client alone closes an idle connection: a question never meets one that is just being closed.
  server.keepAliveTimeout = 0
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    requests,
    environment: managerVariables(url),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, "close")
    },
  }
}

export const managerVariables = (url: string): Record<string, string> => ({
  ALIEN_MANAGER_URL: url,
  ALIEN_DEPLOYMENT_ID: "dep_abcdefghijklmnop",
  ALIEN_DEPLOYMENT_TOKEN: "alien_workload_s3cret",
})

export const answerWith =
  (body: unknown, status = 200) =>
  (response: ServerResponse): void =>
    void response
      .writeHead(status, { "content-type": "application/json" })
      .end(typeof body === "string" ? body : JSON.stringify(body))

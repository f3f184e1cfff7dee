/**
 * The client of benchmarks/info.ts, in a thread of its own: asks the paths that it is given, a few at a time over kept
 * connections, and answers with the milliseconds that each took.
 */
import { Agent, request } from "node:http"
import { parentPort, workerData } from "node:worker_threads"

interface Work {
  url: string
  token: string
  connections: number
  paths: string[]
}

const { url, token, connections, paths }: Work = workerData
const { hostname: host, port } = new URL(url)
const agent = new Agent({ keepAlive: true, maxSockets: connections })

const get = (path: string) =>
  new Promise<number>((resolve, reject) => {
    const started = performance.now()
    const sent = request({ host, port, path, agent, headers: { authorization: `Bearer ${token}` } }, (response) => {
      response.resume()
      response.on("error", reject)
      response.on("end", () =>
        response.statusCode === 200
          ? resolve(performance.now() - started)
          : reject(new Error(`${path}: ${response.statusCode}`)),
      )
    })
    sent.on("error", reject)
    sent.end()
  })

let next = 0
const times: number[] = []
const started = performance.now()
await Promise.all(
  Array.from({ length: connections }, async () => {
    for (let path = paths[next++]; path !== undefined; path = paths[next++]) times.push(await get(path))
  }),
)
agent.destroy()
parentPort?.postMessage({ times, seconds: (performance.now() - started) / 1000 })

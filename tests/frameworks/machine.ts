import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { type Journey, startJourney } from "../harness/journey.ts"
import { startPodman } from "../harness/podman.ts"

/** A manager, and an engine for containers beside it. */
export interface Machine extends AsyncDisposable {
  journey: Journey
  /** Variables of the programs that prepare a project. */
  environment: Readonly<Record<string, string | undefined>>
}

/** Starts them. The engine has `node:24` in its store, made from the Node that everything here runs on: no registry is asked. */
export async function openMachine(): Promise<Machine> {
  await using opened = new AsyncDisposableStack()
  const podman = opened.use(await startPodman())
  const environment = { ...process.env, ...podman.environment, NEXT_TELEMETRY_DISABLED: "1" }
  await promisify(execFile)("podman", ["tag", podman.image, "docker.io/library/node:24"], { env: environment })
  const journey = opened.use(await startJourney({ environment: podman.environment }))
  const all = opened.move()
  return { journey, environment, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

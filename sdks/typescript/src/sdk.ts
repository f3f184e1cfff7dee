import type { Endpoints } from "./binding.ts"
import { type AskOptions, askManager } from "./manager/ask.ts"
import { systemClock } from "./manager/clock.ts"
import { Refresher } from "./manager/refresher.ts"
import { managerSettings } from "./manager/settings.ts"
import { managerSource } from "./manager/source.ts"
import { askable, type Loading, loadResource, type Resource } from "./resource.ts"
import { type BindingSource, type Environment, environmentSource } from "./source.ts"

export interface Sdk {
  func(id: string): Promise<Resource>
  worker(id: string): Promise<Resource>
  container(id: string): Loading
  daemon(id: string): Promise<Resource>
  publicEndpoints(): Promise<Endpoints>
}

export interface SdkOptions extends AskOptions {
  random?: () => number
  /** Called at most once, with a text that never holds the token. */
  warn?: (message: string, code: string) => void
}

/** Makes an SDK. It starts nothing in the background before the first call. */
export function createSdk(environment: Environment, options: SdkOptions = {}): Sdk {
  const source = sourceOf(environment, options)
  return {
    func: (id) => loadResource(source, id, ["function", "worker"]),
    worker: (id) => loadResource(source, id, ["worker"]),
    container: (id) => askable(loadResource(source, id, ["container"])),
    daemon: (id) => loadResource(source, id, ["daemon"]),
    publicEndpoints: () => source.own(),
  }
}

function sourceOf(environment: Environment, options: SdkOptions): BindingSource {
  const { clock = systemClock, random = Math.random, warn = processWarning } = options
  const injected = environmentSource(environment)
  const settings = managerSettings(environment)
  if (settings === "invalid") warn(INVALID_MESSAGE, "manager_url_invalid")
  if (!settings || settings === "invalid") return injected
  const refresher = new Refresher({
    ask: () => askManager(settings, { ...options, clock }),
    clock,
    random,
    onRefused: (status) => warn(refusedMessage(status), "manager_refused"),
  })
  return managerSource(() => refresher.latest(), injected)
}

const INVALID_MESSAGE =
  "ALIEN_MANAGER_URL is not a plain URL of http or https; the manager is not asked, and URLs stay as they were injected"

const refusedMessage = (status: number): string =>
  `the manager answered ${status} when it was asked for this deployment; it is not asked again, and URLs stay as they are known now. See that the deployment exists and that ALIEN_DEPLOYMENT_TOKEN is the one that the platform set`

const processWarning: NonNullable<SdkOptions["warn"]> = (message, code) =>
  process.emitWarning(message, { type: "AlienSdkWarning", code })

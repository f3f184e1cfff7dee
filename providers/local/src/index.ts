import { definePlatform } from "@alienplatform/engine"
import { refuseOtherTarget } from "./artifacts/refuse-other-target.ts"
import { container } from "./components/container.ts"
import { daemon } from "./components/daemon.ts"
import { fn, worker } from "./components/worker.ts"
import type { LocalContext } from "./context.ts"
import { Image } from "./docker/image.ts"
import { Network } from "./docker/network.ts"
import { Certificate } from "./gateway/certificate.ts"
import { Port } from "./gateway/port.ts"
import { Route } from "./gateway/route.ts"
import { GATEWAY_HEADER } from "./gateway/table.ts"
import { readLogs } from "./logs/read-logs.ts"
import { refusedSettings } from "./settings.ts"
import { noticesOf } from "./supervisor/notices.ts"
import { Process } from "./supervisor/process.ts"
import { Readiness } from "./supervisor/readiness.ts"
import { replicasOf } from "./supervisor/replicas.ts"

export { type CertificateAuthority, openCertificateAuthority } from "./certificates/authority.ts"
export type { IssuedCertificate } from "./certificates/issued-certificate.ts"
export type { Local, LocalContext } from "./context.ts"
export type { LocalDeploymentContext } from "./deployment-context.ts"
export { holderOf } from "./gateway/port-holder.ts"
export { type InspectOptions, inspectLocal, type LocalFindings, type PortFinding } from "./inspect.ts"
export { type LocalRuntime, type OpenLocalOptions, openLocal } from "./open.ts"
export { reservePort } from "./reserved-ports.ts"
export { runningLocal, type StoppedLocal, stopLocal } from "./stop.ts"

/** One machine: workloads are child processes, a gateway serves them on loopback with TLS. */
export const local = definePlatform<LocalContext>({
  name: "local",
  components: [worker, fn, container, daemon],
  nodes: [Process, Readiness, Certificate, Route, Port, Image, Network],
  settings: refusedSettings,
  checkArtifact: refuseOtherTarget,
  undetachable: "only the manager of this data directory can run and end what runs here",
  logs: async ({ local }, query) => readLogs(local.dataDirectory, query),
  notices: async ({ local }, deployment) => noticesOf(await local.supervisor.list(), deployment, local.clock.now()),
  replicas: async ({ local }, deployment) => replicasOf(await local.supervisor.look(), deployment),
  isFrontAnswer: ({ headers }) => Object.keys(headers).some((name) => name.toLowerCase() === GATEWAY_HEADER),
})
